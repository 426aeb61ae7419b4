#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace fedmsgbot::testing {

// A child process of a test: the real binary, a real server. Its standard output and error go to files that can be read
// while it runs. Killed by its process id, and waited for, at the latest when this dies.
class Process {
public:
    struct Options {
        std::map<std::string, std::string> environment;  // added to ours
        std::string input;                               // for its standard input, then end of file
        std::filesystem::path working_directory;
    };

    explicit Process(std::vector<std::string> command);
    Process(std::vector<std::string> command, Options options);
    Process(Process&&) noexcept;
    Process& operator=(Process&&) noexcept;
    ~Process();

    pid_t id() const;
    bool is_running();
    void signal(int number);

    // Exit status, or 128 + the signal's number. Throws when it is still running after `most`.
    int wait(std::chrono::milliseconds most = std::chrono::seconds(30));

    std::string output() const;  // standard output so far
    std::string errors() const;  // standard error so far

    // Waits until `text` stands in output or errors; false after `most` or when it ended without.
    bool says(const std::string& text, std::chrono::milliseconds most = std::chrono::seconds(20));

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Runs to the end.
struct Finished {
    int status;
    std::string output;
    std::string errors;
};
Finished run(std::vector<std::string> command, Process::Options options = {},
             std::chrono::milliseconds most = std::chrono::seconds(60));

}  // namespace fedmsgbot::testing
