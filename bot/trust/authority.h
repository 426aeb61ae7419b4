#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/file_stamp.h"
#include "bot/core/result.h"
#include "bot/trust/signer.h"

namespace fedmsgbot {

// The certificate authority of a bus, and its list of revoked certificates where there is one: says whether a signer's
// certificate is issued by it, in date and not revoked. As on the bus: exactly one CA certificate, the first in its
// file, no intermediates, no purpose. The list must be signed by that CA and in date, or every certificate fails.
// The list's file is looked at no more than once a second, and read only when it has changed; a failing certificate
// causes neither. A file that cannot be read any more leaves the last good list, whose own date then ends it.
// Move-only; one thread.
class Authority {
public:
    static Result<Authority> load(const std::filesystem::path& ca_file, std::optional<std::filesystem::path> crl_file);

    // Empty if the certificate is good at this moment, else why not: one of a fixed set of sentences.
    std::string_view objection(const Signer& signer, std::chrono::system_clock::time_point now) const;

    // Reads the list again if its file has changed. Cheap: to be called before each message.
    void refresh(std::chrono::system_clock::time_point now);
    std::uint64_t generation() const { return generation_; }  // another list, another number

private:
    Authority() = default;
    Problems read_list();

    CertificateHandle ca_;
    std::optional<std::filesystem::path> crl_file_;
    StoreHandle store_;
    std::optional<FileStamp> stamp_;
    std::chrono::system_clock::time_point looked_at_{};
    std::uint64_t generation_ = 0;
};

}  // namespace fedmsgbot
