#include "bot/commands/login.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <fmt/format.h>

#include "bot/commands/terminal_desk.h"
#include "bot/core/text.h"
#include "bot/setup.h"
#include "config/file_text.h"

namespace fedmsgbot {

namespace {

constexpr int most_tries = 3;  // a code is easily copied without its end
constexpr std::size_t most_code = 4096;

void complain(const std::string& text) { std::fputs((text + "\n").c_str(), stderr); }

int fail(const Problems& problems) {
    std::fputs(describe(problems).c_str(), stderr);
    return 1;
}

// One line, without what surrounds a code that was copied. Empty at the end of the input, and for an empty line.
std::string read_code() {
    fmt::print("Code: ");
    std::fflush(stdout);
    std::string line;
    std::getline(std::cin, line);
    return clean_line(line, most_code);
}

Problems keep(const StoredSecrets& secrets) {
    for (const auto& secret : secrets)
        if (auto problems = write_secret_file(secret.file, secret.text); !problems.empty()) return problems;
    return {};
}

// Asks for the code until the server takes it.
Result<StoredSecrets> exchange_code(TerminalDesk& desk) {
    for (int tries = 1;; ++tries) {
        auto code = read_code();
        fmt::print("\n");
        if (code.empty()) return Problem{{}, "no code was given: the login is what it was"};
        auto secrets = desk.finish_login(std::move(code));
        if (secrets || tries == most_tries) return secrets;
        std::fputs(describe(secrets.problems()).c_str(), stderr);
    }
}

int log_in(const std::string& bridge, TerminalDesk& desk) {
    const auto request = desk.begin_login();
    if (!request) return fail(request.problems());
    if (const auto problems = keep(request->keep); !problems.empty()) return fail(problems);
    if (!request->problems.empty()) return fail(request->problems);
    fmt::print("Open this address in a browser:\n\n  {}\n\n", request->url);
    for (const auto& said : request->said) fmt::print("{}\n", said);
    fmt::print("Then paste the code that is shown there.\n");
    const auto secrets = exchange_code(desk);
    if (!secrets) return fail(secrets.problems());
    if (const auto problems = keep(*secrets); !problems.empty()) return fail(problems);
    for (const auto& secret : *secrets) fmt::print("Kept in {}\n", secret.file.string());
    const auto report = desk.inspect();
    for (const auto& fact : report.facts) fmt::print("{}\n", fact);
    for (const auto& advice : report.advice) fmt::print("worth a second look: {}\n", advice);
    for (const auto& failure : report.failures) complain(failure);
    if (!report.failures.empty()) return 1;
    fmt::print("The bridge {} can post.\n", bridge);
    return 0;
}

}  // namespace

int login_command(const std::filesystem::path& configuration, const std::string& bridge) {
    auto setup = read_setup(configuration);
    if (!setup) {
        std::fputs(describe(setup.problems()).c_str(), stderr);
        return 2;
    }
    auto& bridges = setup->settings.bridges;
    const auto found =
        std::find_if(bridges.begin(), bridges.end(), [&](const auto& entry) { return entry.name == bridge; });
    if (found == bridges.end()) {
        std::string names;
        for (const auto& entry : bridges) names += (names.empty() ? "" : ", ") + entry.name;
        complain(fmt::format("there is no bridge \"{}\" (there are: {})", clean_line(bridge, 100), names));
        return 2;
    }
    const auto desk = open_desk(*found);
    if (!desk) {
        complain(
            fmt::format("a bridge of kind {} has no login by a browser: its secrets come from files", found->kind));
        return 2;
    }
    return log_in(bridge, *desk);
}

}  // namespace fedmsgbot
