#include "bot/commands/topics.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "bot/commands/topic_listing.h"
#include "bot/setup.h"

namespace fedmsgbot {

namespace {

Result<TopicEntries> read_entries(const TopicsOptions& options) {
    if (!options.configuration) {
        const auto rulebook = Rulebook::load({});
        return rulebook ? Result<TopicEntries>(rulebook->catalogue()) : rulebook.problems();
    }
    const auto setup = read_setup(*options.configuration);
    return setup ? Result<TopicEntries>(setup->rulebook.catalogue()) : setup.problems();
}

}  // namespace

int topics_command(const TopicsOptions& options) {
    const auto entries = read_entries(options);
    if (!entries) {
        fmt::print(stderr, "{}", describe(entries.problems()));
        return 2;
    }
    const auto found = find_topics(*entries, options.wanted);
    if (found.empty()) {
        fmt::print(stderr, "no rule is for \"{}\": neither a service nor a topic nor a sentence is like it\n",
                   options.wanted);
        return 1;
    }
    fmt::print("{}", options.as_json       ? json_listing(found)
                     : options.as_markdown ? markdown_listing(found)
                                           : plain_listing(found));
    if (std::fflush(stdout) != 0) throw std::runtime_error(std::string("standard output: ") + std::strerror(errno));
    return 0;
}

}  // namespace fedmsgbot
