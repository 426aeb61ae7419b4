#include "bot/state_lock.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace fedmsgbot {

StateLock::StateLock(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw std::runtime_error(fmt::format("state_dir {}: {}", folder.string(), error.message()));
    const auto file = (folder / "lock").string();
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) throw std::runtime_error(fmt::format("state_dir: {}: {}", file, std::strerror(errno)));
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor_);
        throw std::runtime_error(fmt::format("state_dir {} is in use by another fedmsgbot", folder.string()));
    }
}

StateLock::~StateLock() { ::close(descriptor_); }

}  // namespace fedmsgbot
