#include <regex>

#include <catch2/catch.hpp>

#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;

namespace {

std::string in_project(const std::string& path) { return read_file(source_folder() / path); }

std::vector<std::string> matches(const std::string& text, const std::string& expression) {
    const std::regex regex(expression);
    std::vector<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) found.push_back((*at)[1]);
    return found;
}

bool is_installed(const std::string& program) { return run({"/bin/sh", "-c", "command -v " + program}).status == 0; }

}  // namespace

TEST_CASE("what the image is built from is there") {
    const auto text = in_project("container/Containerfile");
    std::vector<std::string> sources;
    for (const auto& line : matches(text, "\nCOPY ([^\n]+)"))
        if (!line.starts_with("--from"))
            for (const auto& word : matches(line.substr(0, line.rfind(' ')), "([^ ]+)")) sources.push_back(word);
    CHECK(sources.size() >= 6);
    for (const auto& source : sources) {
        INFO(source);
        CHECK(std::filesystem::exists(source_folder() / source));
    }
}

TEST_CASE("the image runs as an ordinary user, keeps its state and tells its health") {
    const auto text = in_project("container/Containerfile");
    const auto last_stage = text.substr(text.rfind("\nFROM "));
    for (const auto* line : {"\nUSER fedmsgbot\n", "\nVOLUME /var/lib/fedmsgbot\n", "\nHEALTHCHECK ", "\nENTRYPOINT "})
        CHECK(last_stage.find(line) != std::string::npos);
    CHECK(last_stage.find("-dev") == std::string::npos);
}

TEST_CASE("what the compose file mounts and builds is there") {
    const auto text = in_project("container/compose.yaml");
    CHECK(text.find('\t') == std::string::npos);
    const auto mounts = matches(text, "- \\./([^:]+):");
    CHECK(mounts.size() == 3);
    for (const auto& mount : mounts) CHECK(std::filesystem::is_regular_file(source_folder() / "container" / mount));
    for (const auto& file : matches(text, "dockerfile: ([^\n]+)"))
        CHECK((std::filesystem::exists(source_folder() / file) ||
               std::filesystem::exists(source_folder() / "container" / file)));
}

TEST_CASE("the health check tells an answer from a refusal") {
    const auto health = (source_folder() / "container/health").string();
    CHECK(run({health}, {{{"HEALTH_PORT", "none"}}, "", {}}).status == 0);
    CHECK(run({health}, {{{"HEALTH_PORT", std::to_string(free_port())}}, "", {}}).status != 0);
}

TEST_CASE("the service is one that systemd accepts and finds well confined") {
    const auto unit = in_project("container/fedmsgbot.service");
    for (const auto* line : {"Type=notify", "ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=fedmsgbot",
                             "SystemCallFilter=@system-service", "RestartPreventExitStatus=2", "LoadCredential="})
        CHECK(unit.find(std::string("\n") + line) != std::string::npos);
    if (!is_installed("systemd-analyze")) {
        WARN("systemd-analyze is not installed: the unit was read, not verified");
        return;
    }
    const TempFolder folder;
    // The program need not be installed where the tests run.
    write_file(folder / "fedmsgbot.service",
               std::regex_replace(unit, std::regex("ExecStart=\\S+"), "ExecStart=/bin/true"));
    const auto path = (folder / "fedmsgbot.service").string();
    const auto verified = run({"systemd-analyze", "verify", "--man=no", path});
    INFO(verified.output << verified.errors);
    CHECK(verified.status == 0);
    CHECK(verified.errors == "");
    // Out of 100; a service without any confinement has 96.
    const auto confined = run({"systemd-analyze", "security", "--offline=yes", "--threshold=15", path});
    INFO(confined.output << confined.errors);
    CHECK(confined.status == 0);
}

TEST_CASE("the script for newcomers is sound, explains itself and refuses what it does not know") {
    const auto script = (source_folder() / "run").string();
    const auto help = run({script, "help"});
    CHECK(help.status == 0);
    for (const auto* command : {"demo [--seconds N]", "build", "test --sanitizers", "lint", "bench", "help"})
        CHECK(help.output.find(std::string("./run ") + command) != std::string::npos);
    CHECK(run({script, "frobnicate"}).status == 2);
    CHECK(run({"/bin/sh", "-n", (source_folder() / ".ci/run").string()}).status == 0);
}
