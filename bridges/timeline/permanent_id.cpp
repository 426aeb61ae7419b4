#include "bridges/timeline/permanent_id.h"

#include <array>
#include <span>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "bot/core/sha256.h"
#include "bot/core/uuid.h"

namespace fedmsgbot {

namespace {

using Sha1 = std::array<unsigned char, 20>;

// Ours, drawn once. To change it would show every entry to every reader again.
constexpr std::string_view message_namespace = "\x5b\x1f\x0c\xd2\x3a\x6e\x4e\x97\xa1\x42\x8d\x70\x2c\xe9\x54\x16";

Sha1 sha1(std::string_view bytes) {
    Sha1 digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("OpenSSL cannot make a digest");
    return digest;
}

// Version 5: made of a name.
std::string to_urn(Sha1 bytes) {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x50U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
    const auto part = [all = std::span(bytes)](std::size_t first, std::size_t count) {
        return hexadecimal(all.subspan(first, count));
    };
    return fmt::format("urn:uuid:{}-{}-{}-{}-{}", part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 6));
}

}  // namespace

std::string permanent_id(std::string_view message_id) {
    return to_urn(sha1(std::string(message_namespace).append(message_id)));
}

std::string random_id() { return "urn:uuid:" + random_uuid(); }

std::string digest(std::string_view bytes) {
    const auto whole = sha256({bytes});
    return hexadecimal(std::span(whole).first(12));
}

}  // namespace fedmsgbot
