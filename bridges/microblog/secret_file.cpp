#include "bridges/microblog/secret_file.h"

#include "config/file_text.h"

namespace fedmsgbot {

// The first call reads it once more: it may have changed since the configuration was read.
SecretFile::SecretFile(std::string value, std::filesystem::path file)
    : value_(std::move(value)), file_(std::move(file)) {}

const std::string& SecretFile::value() {
    if (file_.empty()) return value_;
    const auto stamp = stamp_of(file_);
    if (!stamp || stamp == stamp_) return value_;
    if (auto fresh = read_secret_file(file_)) {
        value_ = std::move(fresh).value();
        stamp_ = stamp;
    }
    return value_;
}

}  // namespace fedmsgbot
