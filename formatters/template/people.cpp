#include "formatters/template/people.h"

#include <stdexcept>

#include <openssl/evp.h>

namespace fedmsgbot::tmpl {

namespace {

std::string hexadecimal(std::string_view text, const EVP_MD* kind) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &size, kind, nullptr) != 1)
        throw std::runtime_error("a digest is not to be had from OpenSSL");
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * size);
    for (unsigned i = 0; i < size; ++i) {
        out += digits[digest[i] >> 4];
        out += digits[digest[i] & 15];
    }
    return out;
}

constexpr std::string_view avatars = "https://seccdn.libravatar.org/avatar/";

template <class Memory, class Make>
const std::string& remembered(Memory& memory, std::size_t most, std::string_view key, Make&& make) {
    if (const auto found = memory.find(key); found != memory.end()) return found->second;
    if (memory.size() >= most) memory.clear();
    return memory.emplace(std::string(key), make()).first->second;
}

}  // namespace

std::string_view account_of(std::string_view nick, const Accounts& accounts) {
    if (const auto found = accounts.find(nick); found != accounts.end()) return found->second;
    constexpr std::string_view own_mail = "@fedoraproject.org";
    if (nick.size() > own_mail.size() && nick.ends_with(own_mail)) return nick.substr(0, nick.size() - own_mail.size());
    return nick;
}

std::string sha256(std::string_view text) { return hexadecimal(text, EVP_sha256()); }

const std::string& Avatars::of_account(std::string_view account) {
    return remembered(accounts_, most, account.substr(0, 256), [&] {
        return std::string(avatars) +
               sha256("http://" + std::string(account.substr(0, 256)) + ".id.fedoraproject.org/");
    });
}

const std::string& Avatars::of_email(std::string_view email) {
    return remembered(emails_, most, email.substr(0, 256),
                      [&] { return std::string(avatars) + hexadecimal(email.substr(0, 256), EVP_md5()); });
}

}  // namespace fedmsgbot::tmpl
