#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace fedmsgbot {

struct TopicsOptions {
    std::string wanted;                                  // a topic, a pattern, a service or a word; empty: all
    std::optional<std::filesystem::path> configuration;  // whose rules come before the shipped ones
    bool as_json = false;
    bool as_markdown = false;
};

// `fedmsgbot topics [PATTERN]`: what the rules know: topics, the shape of their sentences, an example of each.
// Exit status: 0; 1 when there is nothing of that name; 2 when the configuration or a rule is wrong.
int topics_command(const TopicsOptions& options);

}  // namespace fedmsgbot
