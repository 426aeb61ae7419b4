#include "bot/about_bridge.h"

#include <fmt/format.h>

#include "bot/road.h"

namespace fedmsgbot {

namespace {

std::string list(const std::vector<TopicPattern>& patterns) {
    std::string all;
    for (const auto& pattern : patterns) all += (all.empty() ? "" : ", ") + pattern.text();
    return all;
}

}  // namespace

std::vector<std::string> routes_to(const std::vector<RouteSettings>& routes, std::string_view bridge,
                                   std::string_view address) {
    std::vector<std::string> lines;
    for (const auto& route : routes) {
        std::string to;
        for (const auto& target : route.to)
            if (target_bridge(target) == bridge && (address.empty() || target_address(target) == address))
                to += (to.empty() ? "" : ", ") + target_address(target);
        if (to.empty()) continue;
        auto line = fmt::format("{} -> {}: {}", route.name, to, list(route.topics));
        if (!route.not_topics.empty()) line += fmt::format("; not {}", list(route.not_topics));
        if (!route.packages.empty()) line += fmt::format("; packages {}", fmt::join(route.packages, ", "));
        if (!route.users.empty()) line += fmt::format("; users {}", fmt::join(route.users, ", "));
        if (!route.text.empty()) line += fmt::format("; text {}", fmt::join(route.text, ", "));
        lines.push_back(line + condensed(route.condense) + describe(route.noise));
    }
    return lines;
}

std::string status_of(const Outbox& outbox, Budget* budget) {
    const auto counted = outbox.counters();
    return fmt::format("queued={} delivered={} rejected={} expired={} retries={}{}", outbox.queued(), counted.delivered,
                       counted.rejected, counted.expired, counted.retries,
                       budget ? fmt::format(" budget_left={}", budget->available()) : "");
}

}  // namespace fedmsgbot
