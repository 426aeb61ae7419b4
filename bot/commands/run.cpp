#include "bot/commands/run.h"

#include <cstdio>

#include "bot/bot.h"
#include "bot/core/log.h"

namespace fedmsgbot {

int run_command(const std::filesystem::path& configuration) {
    auto setup = read_setup(configuration);
    const auto& problems = setup ? setup->missing : setup.problems();
    if (!problems.empty()) {
        std::fputs(describe(problems).c_str(), stderr);
        return 2;
    }
    log::set_level(setup->settings.log_level);
    Bot bot(std::move(setup).value());
    const auto summary = bot.run();
    log::info("summary " + summary.text());
    return 0;
}

}  // namespace fedmsgbot
