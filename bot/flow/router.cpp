#include "bot/flow/router.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bot/core/regex.h"
#include "bot/core/text.h"
#include "bot/flow/glob.h"

namespace fedmsgbot {

namespace {

// Real buses have some hundred topics; a sender that invents them must not fill the memory.
constexpr std::size_t max_remembered_topics = 4096;

struct Route {
    RouteSettings settings;
    std::vector<Regex> topic_text, not_topic_text, text, not_text;
    std::vector<std::size_t> destinations;
};

bool any_fits(const std::vector<std::string>& globs, const std::vector<std::string>& values) {
    return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) {
        return std::any_of(values.begin(), values.end(), [&](const auto& value) { return matches_glob(glob, value); });
    });
}

bool any_found(const std::vector<Regex>& expressions, std::string_view text) {
    return std::any_of(expressions.begin(), expressions.end(), [&](const auto& one) { return one.search(text); });
}

bool wants_topic(const Route& route, std::string_view topic) {
    return any_matches(route.settings.topics, topic) && !any_matches(route.settings.not_topics, topic) &&
           (route.topic_text.empty() || any_found(route.topic_text, topic)) && !any_found(route.not_topic_text, topic);
}

bool wants_line(const Route& route, const Line& line) {
    const auto& settings = route.settings;
    return (settings.packages.empty() || any_fits(settings.packages, line.packages)) &&
           (settings.users.empty() || any_fits(settings.users, line.usernames)) &&
           (route.text.empty() || any_found(route.text, line.text)) && !any_found(route.not_text, line.text);
}

std::string_view schema_of(JsonView headers) { return headers["fedora_messaging_schema"].text(); }

bool is_grave_enough(const RouteSettings& settings, JsonView headers) {
    return settings.severity == Severity::debug || severity(headers) >= settings.severity;
}

bool has_schema(const RouteSettings& settings, JsonView headers) {
    return settings.schema.empty() || matches_glob(settings.schema, schema_of(headers));
}

bool wants_headers(const Route& route, JsonView headers) {
    return is_grave_enough(route.settings, headers) && has_schema(route.settings, headers);
}

// What a route asks of a message that came so.
Demand demand(const Route& route, const Arrival& arrival) { return route.settings.trust.value_or(arrival.demand); }

bool trusts(const Route& route, const Arrival& arrival) {
    return !arrival.is_suspect() || demand(route, arrival) != Demand::require;
}

std::string quoted(const std::vector<std::string>& values) {
    return values.empty() ? "none" : fmt::format("\"{}\"", fmt::join(values, "\", \""));
}

std::vector<std::string> texts(const std::vector<TopicPattern>& patterns) {
    std::vector<std::string> found;
    found.reserve(patterns.size());
    for (const auto& pattern : patterns) found.push_back(pattern.text());
    return found;
}

// The first condition that keeps the message out, in the words of the configuration.
std::string hindrance(const Route& route, std::string_view topic, const Line& line, JsonView headers,
                      const Arrival& arrival) {
    const auto& settings = route.settings;
    if (!any_matches(settings.topics, topic))
        return fmt::format("topics = {} do not match", quoted(texts(settings.topics)));
    if (any_matches(settings.not_topics, topic))
        return fmt::format("not_topics = {} matches", quoted(texts(settings.not_topics)));
    if (!route.topic_text.empty() && !any_found(route.topic_text, topic))
        return fmt::format("topic_text = {} is not found in the topic", quoted(settings.topic_text));
    if (any_found(route.not_topic_text, topic))
        return fmt::format("not_topic_text = {} is found in the topic", quoted(settings.not_topic_text));
    if (!settings.packages.empty() && !any_fits(settings.packages, line.packages))
        return fmt::format("packages = {}: the message is about {}", quoted(settings.packages), quoted(line.packages));
    if (!settings.users.empty() && !any_fits(settings.users, line.usernames))
        return fmt::format("users = {}: the message is about {}", quoted(settings.users), quoted(line.usernames));
    if (!route.text.empty() && !any_found(route.text, line.text))
        return fmt::format("text = {} is not found in the sentence", quoted(settings.text));
    if (any_found(route.not_text, line.text))
        return fmt::format("not_text = {} is found in the sentence", quoted(settings.not_text));
    if (!is_grave_enough(settings, headers))
        return fmt::format("severity = \"{}\": the message's is \"{}\"", name(settings.severity),
                           name(severity(headers)));
    if (!has_schema(settings, headers))
        return fmt::format(
            "schema = \"{}\": the message's is {}", settings.schema,
            schema_of(headers).empty() ? "none" : fmt::format("\"{}\"", clean_line(schema_of(headers), 100)));
    if (!trusts(route, arrival))
        return fmt::format("trust = \"require\"{}: the message {}", route.settings.trust ? "" : ", as its source says",
                           arrival.trust == Trust::invalid ? "has an invalid signature" : "is unsigned");
    return {};
}

Problems compile(const std::string& route, const std::vector<std::string>& patterns, std::vector<Regex>& compiled) {
    for (const auto& pattern : patterns) {
        auto one = Regex::compile(pattern);
        if (!one) return {{{}, fmt::format("route \"{}\": {}", route, one.problems().front().text)}};
        compiled.push_back(std::move(one).value());
    }
    return {};
}

Result<Route> make_route(RouteSettings settings, std::vector<std::size_t> destinations) {
    Route route{{}, {}, {}, {}, {}, std::move(destinations)};
    for (const auto& [patterns, compiled] : {std::pair(&settings.topic_text, &route.topic_text),
                                             {&settings.not_topic_text, &route.not_topic_text},
                                             {&settings.text, &route.text},
                                             {&settings.not_text, &route.not_text}})
        if (auto problems = compile(settings.name, *patterns, *compiled); !problems.empty()) return problems;
    route.settings = std::move(settings);
    return route;
}

}  // namespace

struct Router::State {
    std::vector<Route> routes;
    std::vector<Destination> destinations;
    bool any_is_bound = false;  // not free
    std::vector<std::size_t> answer;
    mutable std::unordered_map<std::string, std::vector<const Route*>> by_topic;

    const std::vector<const Route*>& candidates(std::string_view topic) const {
        const std::string key(topic);
        if (const auto found = by_topic.find(key); found != by_topic.end()) return found->second;
        if (by_topic.size() >= max_remembered_topics) by_topic.clear();
        std::vector<const Route*> wanting;
        for (const auto& route : routes)
            if (wants_topic(route, topic)) wanting.push_back(&route);
        return by_topic.emplace(key, std::move(wanting)).first->second;
    }

    std::size_t index_of(Destination destination) {
        const auto found = std::find_if(destinations.begin(), destinations.end(), [&](const auto& known) {
            return known.target == destination.target && known.hold == destination.hold &&
                   known.reserve == destination.reserve && known.noise.dedupe == destination.noise.dedupe;
        });
        if (found != destinations.end()) return static_cast<std::size_t>(found - destinations.begin());
        any_is_bound = any_is_bound || !destination.is_free();
        destinations.push_back(std::move(destination));
        return destinations.size() - 1;
    }

    // Of several ways to one target, the best: the freest, or by the first route.
    void keep_best() {
        const auto bonds = [](const Destination& one) { return (one.hold.empty() ? 0 : 2) + one.noise.is_any(); };
        const auto is_better = [&](std::size_t other, std::size_t index) {
            const auto &a = destinations[other], &b = destinations[index];
            return a.target == b.target && (bonds(a) != bonds(b) ? bonds(a) < bonds(b) : other < index);
        };
        const auto all = answer;
        std::erase_if(answer, [&](std::size_t index) {
            return std::any_of(all.begin(), all.end(), [&](std::size_t other) { return is_better(other, index); });
        });
    }
};

Router::Router(std::unique_ptr<State> state) : state_(std::move(state)) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Result<Router> Router::make(std::vector<RouteSettings> routes) {
    auto state = std::make_unique<State>();
    for (auto& settings : routes) {
        std::vector<std::size_t> destinations;
        for (const auto& target : settings.to) destinations.push_back(state->index_of({target, settings}));
        auto route = make_route(std::move(settings), std::move(destinations));
        if (!route) return route.problems();
        state->routes.push_back(std::move(route).value());
    }
    return Router(std::move(state));
}

bool Router::may_want(std::string_view topic) const {
    return !topic.starts_with(own_topics) && !state_->candidates(topic).empty();
}

Scrutiny Router::scrutiny(std::string_view topic, Demand source) const {
    Scrutiny scrutiny;
    for (const auto* route : state_->candidates(topic)) {
        const auto asked = route->settings.trust.value_or(source);
        scrutiny.is_asked = scrutiny.is_asked || asked != Demand::ignore;
        scrutiny.takes_suspects = scrutiny.takes_suspects || asked != Demand::require;
    }
    return scrutiny;
}

bool Router::marks(std::string_view target, std::string_view topic, const Line& line, JsonView headers,
                   const Arrival& arrival) const {
    if (!arrival.is_suspect()) return false;
    bool is_taken = false;
    for (const auto* route : state_->candidates(topic)) {
        const auto& to = route->settings.to;
        if (std::find(to.begin(), to.end(), target) == to.end() || !trusts(*route, arrival) ||
            !wants_headers(*route, headers) || !wants_line(*route, line))
            continue;
        if (demand(*route, arrival) == Demand::mark) return true;
        is_taken = true;
    }
    return !is_taken;
}

const std::vector<std::size_t>& Router::route(std::string_view topic, const Line& line, JsonView headers,
                                              const Arrival& arrival) {
    auto& answer = state_->answer;
    answer.clear();
    for (const auto* route : state_->candidates(topic))
        if (trusts(*route, arrival) && wants_headers(*route, headers) && wants_line(*route, line))
            answer.insert(answer.end(), route->destinations.begin(), route->destinations.end());
    std::sort(answer.begin(), answer.end());
    answer.erase(std::unique(answer.begin(), answer.end()), answer.end());
    if (state_->any_is_bound && answer.size() > 1) state_->keep_best();
    return answer;
}

LineParts Router::reads() const {
    const bool reads_people = std::any_of(state_->routes.begin(), state_->routes.end(), [](const Route& route) {
        return !route.settings.packages.empty() || !route.settings.users.empty();
    });
    return reads_people ? LineParts::all : LineParts::sentence;
}

const std::vector<Destination>& Router::destinations() const { return state_->destinations; }

std::vector<Router::Verdict> Router::explain(std::string_view topic, const Line& line, JsonView headers,
                                             const Arrival& arrival) const {
    std::vector<Verdict> verdicts;
    for (const auto& route : state_->routes) {
        const auto& settings = route.settings;
        verdicts.push_back({settings.name, settings.to, settings.condense, settings.noise, settings.trust,
                            arrival.is_suspect() && demand(route, arrival) == Demand::mark,
                            hindrance(route, topic, line, headers, arrival)});
    }
    return verdicts;
}

}  // namespace fedmsgbot
