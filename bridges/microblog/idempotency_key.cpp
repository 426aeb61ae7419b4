#include "bridges/microblog/idempotency_key.h"

#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace fedmsgbot {

std::string idempotency_key(std::string_view bridge, std::string_view message_id) {
    const std::string subject = fmt::format("{}\n{}", bridge, message_id);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(subject.data(), subject.size(), digest, &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("sha256 is not to be had from OpenSSL");
    std::string key = "fedmsgbot-";
    for (unsigned int i = 0; i < 16; ++i) key += fmt::format("{:02x}", digest[i]);
    return key;
}

}  // namespace fedmsgbot
