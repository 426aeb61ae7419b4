#include "bot/core/sha256.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

namespace fedmsgbot {

namespace {

// OpenSSL looks an algorithm up behind a lock each time it is asked for by name: once is enough.
const EVP_MD* kind() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                         EVP_MD_free);
    return fetched.get();
}

}  // namespace

Sha256 sha256(std::initializer_list<std::string_view> parts) {
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                       EVP_MD_CTX_free);
    bool is_fine = context && kind() && EVP_DigestInit_ex(context.get(), kind(), nullptr) == 1;
    for (const auto part : parts) is_fine = is_fine && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    Sha256 digest{};
    if (!is_fine || EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1)
        throw std::runtime_error("sha256 is not to be had from OpenSSL");
    return digest;
}

std::string hexadecimal(std::span<const unsigned char> bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

}  // namespace fedmsgbot
