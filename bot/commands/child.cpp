#include "bot/commands/child.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fedmsgbot {

namespace {

// Debian keeps daemons in sbin, which is not on everybody's path.
std::filesystem::path find_program(const std::string& name) {
    std::string folders = "/usr/sbin:/sbin";
    if (const char* path = std::getenv("PATH")) folders = path + (":" + folders);
    for (std::size_t at = 0; at < folders.size();) {
        const auto end = std::min(folders.find(':', at), folders.size());
        auto candidate = std::filesystem::path(folders.substr(at, end - at)) / name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        at = end + 1;
    }
    throw std::runtime_error(name + " is not installed: apt-get install " + name);
}

// Runs the program and ends it when told, or when our own parent is gone. A process between the two, since a server
// that gives up root's rights loses the signal of its parent's death (prctl(2), PR_SET_PDEATHSIG) with them.
[[noreturn]] void watch_over(const std::filesystem::path& program, char** arguments, pid_t parent) {
    ::setpgid(0, 0);
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGCHLD}) sigaddset(&signals, number);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(127);
    const pid_t server = ::fork();
    if (server == 0) {
        ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
        ::execv(program.c_str(), arguments);
        ::_exit(127);
    }
    if (server < 0) ::_exit(127);
    int number = 0;
    ::sigwait(&signals, &number);
    ::kill(server, SIGTERM);
    // It must be gone, and its port free, before we are.
    const timespec most{3, 0};
    int status = 0;
    while (::waitpid(server, &status, WNOHANG) == 0)
        if (::sigtimedwait(&signals, nullptr, &most) < 0) ::kill(server, SIGKILL);
    ::_exit(number == SIGTERM || !WIFEXITED(status) ? 1 : WEXITSTATUS(status));
}

}  // namespace

Child::Child(std::vector<std::string> command, const std::filesystem::path& log) {
    const auto program = find_program(command.front());
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto parent = ::getpid();
    id_ = ::fork();
    if (id_ < 0) throw std::runtime_error("cannot start " + command.front());
    if (id_ > 0) return;
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out >= 0) {
        ::dup2(out, 1);
        ::dup2(out, 2);
    }
    watch_over(program, arguments.data(), parent);
}

bool Child::is_running() {
    is_over_ = is_over_ || ::waitpid(id_, nullptr, WNOHANG) == id_;
    return !is_over_;
}

Child::~Child() {
    if (!is_running()) return;
    ::kill(id_, SIGTERM);
    ::waitpid(id_, nullptr, 0);
}

}  // namespace fedmsgbot
