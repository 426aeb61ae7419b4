#pragma once

#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// The real binary in the role of the daemon, on a configuration that the test wrote.
class BotProcess {
public:
    BotProcess(const TempFolder& folder, const std::string& configuration,
               std::map<std::string, std::string> environment = {})
        : file_(folder / "fedmsgbot.toml"), environment_(std::move(environment)) {
        write_file(file_, configuration);
        start();
    }

    void start() {
        std::vector<std::string> command{binary(), "run", "-c", file_.string()};
        if (!at_.empty()) command.insert(command.end(), {"--at", at_});
        process_ = std::make_unique<Process>(std::move(command), Process::Options{environment_, {}, {}});
    }
    // Started as if it were that time, UTC.
    BotProcess(const TempFolder& folder, const std::string& configuration, std::string at)
        : file_(folder / "fedmsgbot.toml"), at_(std::move(at)) {
        write_file(file_, configuration);
        start();
    }
    void start(std::string at) {
        at_ = std::move(at);
        start();
    }
    void kill() {
        process_->signal(SIGKILL);
        process_->wait();
    }
    // SIGTERM; the summary line, empty when there was none. Status as the process gave it.
    std::string stop() {
        process_->signal(SIGTERM);
        status_ = process_->wait(std::chrono::seconds(60));
        return line_with("summary ");
    }
    int status() const { return status_; }
    Process& process() { return *process_; }

    std::string line_with(const std::string& text) const {
        const auto log = process_->errors();
        const auto at = log.rfind(text);
        return at == std::string::npos ? std::string() : log.substr(at, log.find('\n', at) - at);
    }

private:
    std::filesystem::path file_;
    std::map<std::string, std::string> environment_;
    std::string at_;
    std::unique_ptr<Process> process_;
    int status_ = -1;
};

// The number after `name=` in a summary line; -1 where it is not there.
inline long long count_in(const std::string& summary, const std::string& name) {
    const auto at = (" " + summary).find(" " + name + "=");
    return at == std::string::npos ? -1 : std::stoll(summary.substr(at + name.size() + 1));
}

}  // namespace fedmsgbot::testing
