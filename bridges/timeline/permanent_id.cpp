#include "bridges/timeline/permanent_id.h"

#include <array>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "bot/core/uuid.h"

namespace fedmsgbot {

namespace {

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

// Ours, drawn once. To change it would show every entry to every reader again.
constexpr std::string_view message_namespace = "\x5b\x1f\x0c\xd2\x3a\x6e\x4e\x97\xa1\x42\x8d\x70\x2c\xe9\x54\x16";

Bytes hash(const EVP_MD* kind, std::string_view bytes) {
    Bytes out{};
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, kind, nullptr) != 1)
        throw std::runtime_error("OpenSSL cannot make a digest");
    return out;
}

std::string hexadecimal(const Bytes& bytes, std::size_t first, std::size_t count) {
    std::string out;
    for (std::size_t i = first; i < first + count; ++i) out += fmt::format("{:02x}", bytes[i]);
    return out;
}

// Version 5: made of a name.
std::string to_urn(Bytes bytes) {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x50U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
    return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hexadecimal(bytes, 0, 4), hexadecimal(bytes, 4, 2),
                       hexadecimal(bytes, 6, 2), hexadecimal(bytes, 8, 2), hexadecimal(bytes, 10, 6));
}

}  // namespace

std::string permanent_id(std::string_view message_id) {
    return to_urn(hash(EVP_sha1(), std::string(message_namespace).append(message_id)));
}

std::string random_id() { return "urn:uuid:" + random_uuid(); }

std::string digest(std::string_view bytes) { return hexadecimal(hash(EVP_sha256(), bytes), 0, 12); }

}  // namespace fedmsgbot
