#include "config/route_settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/regex.h"
#include "bot/core/text.h"
#include "config/noise_settings.h"
#include "config/source_settings.h"

namespace fedmsgbot {

namespace {

constexpr std::chrono::hours most_condensed{24};

std::vector<TopicPattern> read_patterns(Table& route, std::string_view key) {
    std::vector<TopicPattern> patterns;
    const auto texts = route.texts(key);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto pattern = TopicPattern::parse(texts[i]);
        if (pattern)
            patterns.push_back(std::move(*pattern));
        else
            route.fail(route.where_element(key, i), pattern.problems().front().text);
    }
    return patterns;
}

std::vector<std::string> read_regexes(Table& route, std::string_view key) {
    auto texts = route.texts(key);
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (const auto regex = Regex::compile(texts[i]); !regex)
            route.fail(route.where_element(key, i), regex.problems().front().text);
    return texts;
}

void read_targets(Table& route, const std::vector<std::string>& bridges, RouteSettings& settings) {
    settings.to = route.texts("to");
    for (std::size_t i = 0; i < settings.to.size(); ++i) {
        const auto where = route.where_element("to", i);
        settings.to_positions.push_back(where);
        const auto bridge = settings.to[i].substr(0, settings.to[i].find('/'));
        if (std::find(bridges.begin(), bridges.end(), bridge) != bridges.end()) continue;
        const auto near = nearest(bridge, bridges);
        route.fail(where, fmt::format("there is no bridge \"{}\"{}", clean_line(bridge, 100),
                                      near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
    }
}

void require_some(Table& route, std::string_view key) {
    if (!route.has(key))
        route.fail(route.where(), fmt::format("missing key \"{}\"", key));
    else if (route.is_empty_list(key))
        route.fail(key, fmt::format("\"{}\" must not be empty", key));
}

RouteSettings read_route(Table& route, const std::vector<std::string>& bridges) {
    RouteSettings settings;
    settings.name = route.text("name");
    settings.topics = read_patterns(route, "topics");
    settings.not_topics = read_patterns(route, "not_topics");
    settings.topic_text = read_regexes(route, "topic_text");
    settings.not_topic_text = read_regexes(route, "not_topic_text");
    settings.packages = route.texts("packages");
    settings.users = route.texts("users");
    settings.text = read_regexes(route, "text");
    settings.not_text = read_regexes(route, "not_text");
    const auto least = route.choice("severity", {"debug", "info", "warning", "error"});
    for (const auto severity : {Severity::info, Severity::warning, Severity::error})
        if (least == name(severity)) settings.severity = severity;
    settings.schema = route.text("schema", "");
    read_targets(route, bridges, settings);
    settings.condense.window = route.duration("condense", std::chrono::milliseconds(0));
    settings.condense.first_waits = route.choice("condense_first", {"now", "wait"}) == "wait";
    if (settings.condense.window > most_condensed) route.fail("condense", "a window of condensing is at most a day");
    if (route.has("condense_first") && !route.has("condense"))
        route.fail("condense_first", "it says how `condense` begins, and that is missing");
    settings.noise = read_noise_settings(route);
    const auto demand = read_demand(route, "require");
    if (route.has("trust")) settings.trust = demand;
    for (const auto* key : {"topics", "to"}) require_some(route, key);
    return settings;
}

}  // namespace

std::vector<RouteSettings> read_routes(Table& root, const std::vector<std::string>& bridges) {
    std::vector<RouteSettings> routes;
    for (auto& table : root.tables("route")) {
        auto route = read_route(table, bridges);
        const bool is_taken =
            std::any_of(routes.begin(), routes.end(), [&](const auto& other) { return other.name == route.name; });
        if (is_taken && !route.name.empty())
            table.fail("name", fmt::format("another route is named \"{}\" too", clean_line(route.name, 100)));
        routes.push_back(std::move(route));
    }
    return routes;
}

}  // namespace fedmsgbot
