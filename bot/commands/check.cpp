#include "bot/commands/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

}  // namespace

int check_command(const std::filesystem::path& configuration) {
    const auto setup = read_setup(configuration, Rulebook::Examples::checked);
    if (!setup) {
        fmt::print("{}", describe(setup.problems()));  // what was asked for, so not an error of the command
        return 2;
    }
    fmt::print("{}", describe_setup(*setup));
    if (!setup->doubts.empty()) fmt::print("worth a second look:\n{}", describe(setup->doubts));
    if (!setup->missing.empty())
        fmt::print("run would refuse to start here, since this machine lacks:\n{}", describe(setup->missing));
    return 0;
}

}  // namespace fedmsgbot
