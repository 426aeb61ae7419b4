#include "tests/support/oauth_verifier.h"

#include <cstdio>
#include <regex>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/support/blog_script.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// Both ends are closed on exec in whatever other processes the test starts.
struct OauthVerifier::Child {
    pid_t id = -1;
    FILE* questions = nullptr;
    FILE* answers = nullptr;

    std::string read_line() const {
        std::string line;
        for (int c = std::fgetc(answers); c != EOF; c = std::fgetc(answers)) {
            if (c == '\n') return line;
            line += static_cast<char>(c);
        }
        throw std::runtime_error("the OAuth verifier does not answer: is python3-oauthlib installed?");
    }
};

OauthVerifier::OauthVerifier() : child_(std::make_unique<Child>()) {
    int to_child[2];
    int from_child[2];
    if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe to the OAuth verifier");
    const std::string script = (source_folder() / "tests/support/oauth_verifier.py").string();
    // Debian's own Python, which Debian's packages belong to.
    const char* const command[] = {"/usr/bin/python3", script.c_str(), nullptr};
    child_->id = ::fork();
    if (child_->id == 0) {
        ::dup2(to_child[0], STDIN_FILENO);
        ::dup2(from_child[1], STDOUT_FILENO);
        ::closefrom(STDERR_FILENO + 1);
        ::execv(command[0], const_cast<char* const*>(command));
        ::_exit(127);
    }
    ::close(to_child[0]);
    ::close(from_child[1]);
    child_->questions = ::fdopen(to_child[1], "w");
    child_->answers = ::fdopen(from_child[0], "r");
    if (child_->id < 0 || !child_->questions || !child_->answers)
        throw std::runtime_error("the OAuth verifier cannot be started");
    child_->read_line();  // it is ready: on a busy machine that takes longer than a request of a test may
}

OauthVerifier::~OauthVerifier() {
    std::fclose(child_->questions);  // the end of its input is its end
    std::fclose(child_->answers);
    ::waitpid(child_->id, nullptr, 0);
}

std::string OauthVerifier::complaint(const HttpScript::Request& request, const std::string& uri,
                                     const OauthSecrets& secrets) {
    nlohmann::json question{{"method", request.method}, {"uri", uri}, {"body", request.body}};
    question["headers"] = {{"Authorization", header(request, "authorization")},
                           {"Content-Type", header(request, "content-type")}};
    question["clients"] = secrets.clients;
    question["tokens"] = secrets.tokens;
    const std::string line = question.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
    // Where it cannot be asked, it does not answer either.
    if (std::fputs(line.c_str(), child_->questions) >= 0) std::fflush(child_->questions);
    return child_->read_line();
}

std::map<std::string, std::string> oauth_parameters(const HttpScript::Request& request) {
    static const std::regex parameter("(oauth_[a-z_]+)=\"([^\"]*)\"");
    const std::string text = header(request, "authorization");
    std::map<std::string, std::string> parameters;
    for (std::sregex_iterator found(text.begin(), text.end(), parameter), end; found != end; ++found)
        parameters[(*found)[1]] = url_decode((*found)[2]);
    return parameters;
}

}  // namespace fedmsgbot::testing
