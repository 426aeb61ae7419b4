#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace fedmsgbot::testing {

// A folder that is removed, with all in it, when this dies.
class TempFolder {
public:
    TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder();
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

// A TCP port of 127.0.0.1 that nobody listens on now.
std::uint16_t free_port();

// Polls every few milliseconds until it holds; false after `most`.
bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds most = std::chrono::seconds(20));

bool accepts_connections(std::uint16_t port);

void write_file(const std::filesystem::path& path, std::string_view text);
std::string read_file(const std::filesystem::path& path);

// The program under test; FEDMSGBOT_BINARY at configure time.
std::string binary();

// The project's own folder.
std::filesystem::path source_folder();

// Data that is not part of the project: SHARED beside the checkout, or FEDMSGBOT_SHARED. Empty when it is absent.
std::filesystem::path shared_folder();

}  // namespace fedmsgbot::testing
