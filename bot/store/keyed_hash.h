#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fedmsgbot {

// SipHash-2-4: whoever does not know the key cannot make texts that fall together. Senders choose their ids, and a
// table of them must not become a list.
class KeyedHash {
public:
    using Key = std::array<std::uint64_t, 2>;

    KeyedHash();  // a random key: good for one run
    explicit KeyedHash(Key key) : key_(key) {}

    std::uint64_t operator()(std::string_view text) const;

private:
    Key key_;
};

}  // namespace fedmsgbot
