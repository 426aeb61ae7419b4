#include "bot/commands/check.h"

#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bot/commands/terminal_desk.h"
#include "bot/setup.h"

namespace fedmsgbot {

namespace {

std::string describe_setup(const Setup& setup) {
    auto out = fmt::format("state in {}\n{} rules, all their examples hold\n", setup.settings.state_dir.string(),
                           setup.rulebook.size());
    for (const auto& source : setup.sources) {
        out += fmt::format("source {} ({})\n", source.name, source.kind);
        for (const auto& what : source.ignored) out += fmt::format("  means nothing here: {}\n", what);
    }
    for (const auto& bridge : setup.bridges) {
        const auto pace = bridge.every.count() == 0
                              ? std::string("no limit")
                              : fmt::format("{} at once, then one every {} ms", bridge.burst, bridge.every.count());
        out += fmt::format("bridge {} ({}): {}", bridge.name, bridge.kind, pace);
        for (const auto& limit : bridge.budget) out += ", at most " + describe(limit);
        out += '\n';
    }
    for (const auto& route : setup.settings.routes)
        out += fmt::format("route \"{}\" to {}{}{}\n", route.name, fmt::join(route.to, ", "), condensed(route.condense),
                           describe(route.noise));
    return out;
}

// Nothing where there are mistakes, which it prints: they were asked for, so they are no error of the command.
std::optional<Setup> read_and_describe(const std::filesystem::path& configuration) {
    auto setup = read_setup(configuration, Rulebook::Examples::checked);
    if (!setup) {
        fmt::print("{}", describe(setup.problems()));
        return std::nullopt;
    }
    fmt::print("{}", describe_setup(*setup));
    if (!setup->doubts.empty()) fmt::print("worth a second look:\n{}", describe(setup->doubts));
    if (!setup->missing.empty())
        fmt::print("run would refuse to start here, since this machine lacks:\n{}", describe(setup->missing));
    return std::move(setup).value();
}

}  // namespace

int check_command(const std::filesystem::path& configuration) { return read_and_describe(configuration) ? 0 : 2; }

int check_online_command(const std::filesystem::path& configuration) {
    const auto setup = read_and_describe(configuration);
    if (!setup) return 2;
    bool is_good = true;
    for (auto entry : setup->settings.bridges) {
        fmt::print("asking the other side of bridge {} ({})\n", entry.name, entry.kind);
        std::fflush(stdout);  // an answer may take its time
        const auto desk = open_desk(entry);
        if (!desk) {
            fmt::print("  not checked online: a bridge of this kind cannot be\n");
            continue;
        }
        const auto report = desk->inspect();
        for (const auto& fact : report.facts) fmt::print("  {}\n", fact);
        for (const auto& advice : report.advice) fmt::print("  worth a second look: {}\n", advice);
        for (const auto& failure : report.failures) fmt::print("  FAILED: {}\n", failure);
        is_good = is_good && report.failures.empty();
    }
    return is_good ? 0 : 1;
}

}  // namespace fedmsgbot
