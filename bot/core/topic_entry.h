#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot {

// What one rule makes of the messages of some topics, for people to look up.
struct TopicEntry {
    std::string service;              // `git`
    std::vector<std::string> topics;  // patterns: `git.receive`
    std::string rule;                 // `git.toml:receive`
    std::string shape;                // `<who> pushed to <repo>[ (<branch>)]`, in one line
    std::string example;              // a sentence; empty where the rule has no example
    std::string link;                 // the example's; may be empty
};
using TopicEntries = std::vector<TopicEntry>;

// Tells what the rules know at the moment.
using TopicSource = std::function<std::shared_ptr<const TopicEntries>()>;

// The entries that somebody looks for, in their order: of the service of that name, or else those that take a topic
// which is, or which matches, `wanted`, or else those that hold it as text. All of them for an empty `wanted`.
TopicEntries find_topics(const TopicEntries& entries, std::string_view wanted);

// Entries by service, in the order in which the services come first. They point into `entries`.
struct ServiceTopics {
    std::string service;
    std::vector<const TopicEntry*> entries;
};
std::vector<ServiceTopics> by_service(const TopicEntries& entries);

}  // namespace fedmsgbot
