#include "bot/trust/base64.h"

#include <array>
#include <cstdint>

namespace fedmsgbot {

namespace {

// The value of each byte; -1 for what is not in the alphabet.
constexpr std::array<signed char, 256> make_sextets() {
    std::array<signed char, 256> sextets{};
    for (auto& one : sextets) one = -1;
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t n = 0; n < alphabet.size(); ++n)
        sextets[static_cast<unsigned char>(alphabet[n])] = static_cast<signed char>(n);
    return sextets;
}

constexpr auto sextets = make_sextets();

int sextet(char c) { return sextets[static_cast<unsigned char>(c)]; }

// Whole groups of four, as far as there is nothing else, to `out`; what is left of `text`.
std::string_view decode_groups(std::string_view text, std::string& out) {
    std::size_t at = 0;
    for (; at + 4 <= text.size(); at += 4) {
        const int a = sextet(text[at]), b = sextet(text[at + 1]), c = sextet(text[at + 2]), d = sextet(text[at + 3]);
        if ((a | b | c | d) < 0) break;
        const int bits = a << 18 | b << 12 | c << 6 | d;
        const char bytes[] = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8), static_cast<char>(bits)};
        out.append(bytes, sizeof bytes);
    }
    return text.substr(at);
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3);
    unsigned bits = 0;
    int place = 0, pads = 0;
    while (!text.empty()) {
        if (place == 0 && pads == 0) text = decode_groups(text, out);
        if (text.empty()) break;
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '=') {
            if (place >= 2 && place + ++pads >= 4) return out;
            continue;
        }
        const int value = sextet(c);
        if (value < 0) continue;
        pads = 0;
        bits = ((bits << 6) | static_cast<unsigned>(value)) & 0xfff;
        if (place > 0) out += static_cast<char>((bits >> (6 - 2 * place)) & 0xff);
        place = (place + 1) % 4;
    }
    if (place != 0) return std::nullopt;
    return out;
}

std::string encode_base64(std::string_view bytes) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::size_t bytes_of_a_line = 57;
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + bytes.size() / bytes_of_a_line + 8);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t n = 0; n < 3; ++n)
            bits = (bits << 8) | (n < group.size() ? static_cast<unsigned char>(group[n]) : 0u);
        for (std::size_t n = 0; n < 4; ++n) out += n <= group.size() ? alphabet[(bits >> (18 - 6 * n)) & 63] : '=';
        const bool ends_line = (at + 3) % bytes_of_a_line == 0 || at + 3 >= bytes.size();
        if (ends_line) out += '\n';
    }
    return out;
}

}  // namespace fedmsgbot
