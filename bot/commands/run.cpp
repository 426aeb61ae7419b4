#include "bot/commands/run.h"

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "bot/bot.h"
#include "bot/commands/given_time.h"
#include "bot/core/log.h"

namespace fedmsgbot {

namespace {

int run_to_the_end(Bot& bot) {
    try {
        const auto summary = bot.run();
        log::info("summary " + summary.text());
        return 0;
    } catch (const std::exception& error) {
        log::error("bot.failed", {{"why", error.what()}});
        return 1;
    }
}

}  // namespace

int run_command(const std::filesystem::path& configuration, const std::string& at) {
    auto setup = read_setup(configuration);
    const auto& problems = setup ? setup->missing : setup.problems();
    if (!problems.empty()) {
        std::fputs(describe(problems).c_str(), stderr);
        return 2;
    }
    log::set_level(setup->settings.log_level);
    for (const auto& doubt : setup->doubts) log::warn("config.doubt", {{"why", describe(doubt)}});
    if (!at.empty()) log::warn("clock.given", {{"at", at}, {"why", "limits and quiet hours go by it: a trial"}});
    Bot bot(std::move(setup).value(), clock_from(at));
    bot.reload_on_hangup();
    const int status = run_to_the_end(bot);
    if (bot.has_hung_part()) std::_Exit(status);
    return status;
}

}  // namespace fedmsgbot
