#include "bot/core/topic_entry.h"

#include <algorithm>

#include "bot/core/text.h"
#include "bot/core/topic.h"

namespace fedmsgbot {

namespace {

template <class Wanted>
TopicEntries only(const TopicEntries& entries, const Wanted& is_wanted) {
    TopicEntries found;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(found), is_wanted);
    return found;
}

bool takes(const TopicEntry& entry, const TopicPattern& wanted) {
    return std::any_of(entry.topics.begin(), entry.topics.end(), [&](const std::string& topic) {
        const auto pattern = TopicPattern::parse(topic);
        return pattern && pattern->overlaps(wanted);
    });
}

bool holds(const TopicEntry& entry, const std::string& wanted) {
    const auto has = [&](const std::string& text) { return in_lower_case(text).find(wanted) != std::string::npos; };
    return has(entry.shape) || has(entry.example) || std::any_of(entry.topics.begin(), entry.topics.end(), has);
}

}  // namespace

TopicEntries find_topics(const TopicEntries& entries, std::string_view wanted) {
    const auto cleaned = clean_line(wanted);
    if (cleaned.empty()) return entries;
    const auto word = in_lower_case(cleaned);
    auto found = only(entries, [&](const TopicEntry& entry) { return in_lower_case(entry.service) == word; });
    if (!found.empty()) return found;
    if (const auto pattern = TopicPattern::parse(cleaned))
        found = only(entries, [&](const TopicEntry& entry) { return takes(entry, *pattern); });
    return found.empty() ? only(entries, [&](const TopicEntry& entry) { return holds(entry, word); }) : found;
}

std::vector<ServiceTopics> by_service(const TopicEntries& entries) {
    std::vector<ServiceTopics> services;
    for (const auto& entry : entries) {
        auto at = std::find_if(services.begin(), services.end(),
                               [&](const ServiceTopics& service) { return service.service == entry.service; });
        if (at == services.end()) at = services.insert(at, {entry.service, {}});
        at->entries.push_back(&entry);
    }
    return services;
}

}  // namespace fedmsgbot
