#include "bot/core/file_stamp.h"

namespace fedmsgbot {

std::optional<FileStamp> stamp_of(const std::filesystem::path& file) {
    std::error_code failed, also_failed;
    FileStamp stamp{std::filesystem::last_write_time(file, failed), std::filesystem::file_size(file, also_failed)};
    if (failed || also_failed) return std::nullopt;
    return stamp;
}

}  // namespace fedmsgbot
