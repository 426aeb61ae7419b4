#include "bot/store/keyed_hash.h"

#include <bit>
#include <cstddef>
#include <random>

namespace fedmsgbot {

namespace {

struct State {
    std::uint64_t a, b, c, d;

    void round() {
        a += b;
        b = std::rotl(b, 13) ^ a;
        a = std::rotl(a, 32);
        c += d;
        d = std::rotl(d, 16) ^ c;
        a += d;
        d = std::rotl(d, 21) ^ a;
        c += b;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }

    void take(std::uint64_t word) {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

// Little-endian, whatever the machine is.
std::uint64_t read_word(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}

std::uint64_t random_word() {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

}  // namespace

KeyedHash::KeyedHash() : key_{random_word(), random_word()} {}

std::uint64_t KeyedHash::operator()(std::string_view text) const {
    State state{key_[0] ^ 0x736f6d6570736575, key_[1] ^ 0x646f72616e646f6d, key_[0] ^ 0x6c7967656e657261,
                key_[1] ^ 0x7465646279746573};
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) state.take(read_word(text.data() + at, 8));
    state.take(read_word(text.data() + at, text.size() - at) | std::uint64_t{text.size()} << 56);
    state.c ^= 0xff;
    for (int i = 0; i < 4; ++i) state.round();
    return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace fedmsgbot
