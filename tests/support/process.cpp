#include "tests/support/process.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/world.h"

namespace fedmsgbot::testing {

struct Process::State {
    TempFolder folder;
    std::string name;
    pid_t id = -1;
    int status = -1;  // once ended
    bool ended = false;

    bool reap(int options) {
        if (ended) return true;
        int raw = 0;
        if (::waitpid(id, &raw, options) != id) return false;
        ended = true;
        status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
        return true;
    }
};

Process::Process(std::vector<std::string> command) : Process(std::move(command), Options{}) {}

Process::Process(std::vector<std::string> command, Options options) : state_(std::make_unique<State>()) {
    state_->name = command.front();
    write_file(state_->folder / "in", options.input);
    std::vector<std::string> pairs;
    for (char** entry = environ; *entry; ++entry) {
        const std::string pair = *entry;
        if (!options.environment.contains(pair.substr(0, pair.find('=')))) pairs.push_back(pair);
    }
    for (const auto& [key, value] : options.environment) pairs.push_back(key + "=" + value);
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char*> environment;
    for (auto& pair : pairs) environment.push_back(pair.data());
    environment.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const auto in = (state_->folder / "in").string(), out = (state_->folder / "out").string(),
               err = (state_->folder / "err").string();
    ::posix_spawn_file_actions_addopen(&actions, 0, in.c_str(), O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    // A listening socket of the test's would stay open in the child: its port taken, its visitors left waiting.
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!options.working_directory.empty())
        ::posix_spawn_file_actions_addchdir_np(&actions, options.working_directory.c_str());
    const int error =
        ::posix_spawnp(&state_->id, arguments[0], &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + state_->name + ": " + std::strerror(error));
}

Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

Process::~Process() {
    if (!state_ || state_->id < 0 || state_->reap(WNOHANG)) return;
    ::kill(state_->id, SIGKILL);
    state_->reap(0);
}

pid_t Process::id() const { return state_->id; }

bool Process::is_running() { return !state_->reap(WNOHANG); }

void Process::signal(int number) {
    if (is_running()) ::kill(state_->id, number);
}

int Process::wait(std::chrono::milliseconds most) {
    if (!eventually([this] { return !is_running(); }, most))
        throw std::runtime_error(state_->name + " is still running\n" + errors());
    return state_->status;
}

std::string Process::output() const { return read_file(state_->folder / "out"); }
std::string Process::errors() const { return read_file(state_->folder / "err"); }

bool Process::says(const std::string& text, std::chrono::milliseconds most) {
    const auto said = [&] {
        return output().find(text) != std::string::npos || errors().find(text) != std::string::npos;
    };
    eventually([&] { return said() || !is_running(); }, most);
    return said();
}

Finished run(std::vector<std::string> command, Process::Options options, std::chrono::milliseconds most) {
    Process process(std::move(command), std::move(options));
    const int status = process.wait(most);
    return {status, process.output(), process.errors()};
}

}  // namespace fedmsgbot::testing
