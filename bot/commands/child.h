#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace fedmsgbot {

// A server that a command starts beside the bot; ended by its process id, and waited for, when this dies. It gets no
// signals that a terminal sends to us, and ends with us even where we are killed.
class Child {
public:
    // Its output goes to `log`. Throws when the program is not installed.
    Child(std::vector<std::string> command, const std::filesystem::path& log);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    bool is_running();

private:
    pid_t id_;
    bool is_over_ = false;
};

}  // namespace fedmsgbot
