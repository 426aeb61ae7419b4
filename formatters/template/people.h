#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace fedmsgbot {

// Nick or e-mail -> account name, for services that only know people by those.
using Accounts = std::map<std::string, std::string, std::less<>>;

namespace tmpl {

// The account behind a nick or an e-mail: what the table says; else the part before @fedoraproject.org; else what was
// asked for, unchanged.
std::string_view account_of(std::string_view nick, const Accounts& accounts);

// Hexadecimal.
std::string sha256(std::string_view text);

// Libravatar addresses, without the picture's size, remembered: the same people are on the bus all day. Bounded. One
// thread.
class Avatars {
public:
    // Valid until the next call.
    const std::string& of_account(std::string_view account);  // by the SHA-256 of the account's OpenID
    const std::string& of_email(std::string_view email);      // by its MD5

private:
    static constexpr std::size_t most = 4096;
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using Memory = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;

    Memory accounts_;
    Memory emails_;
};

}  // namespace tmpl

}  // namespace fedmsgbot
