#pragma once

#include <filesystem>

namespace fedmsgbot {

// Holds the state folder for one process: two bots on one journal would post everything twice. Makes the folder if it
// is absent. The lock ends with the process, whatever ends it.
class StateLock {
public:
    // Throws std::runtime_error with one clear line: the folder cannot be made or written, or another bot holds it.
    explicit StateLock(const std::filesystem::path& folder);
    StateLock(const StateLock&) = delete;
    StateLock& operator=(const StateLock&) = delete;
    ~StateLock();

private:
    int descriptor_;
};

}  // namespace fedmsgbot
