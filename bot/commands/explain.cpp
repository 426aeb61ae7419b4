#include "bot/commands/explain.h"

#include <algorithm>
#include <iostream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "bot/commands/given_time.h"
#include "bot/core/mark.h"
#include "bot/moderator.h"
#include "bot/road.h"
#include "bot/setup.h"
#include "bot/trust/gate.h"
#include "bot/trust_fetcher.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

bool is_topic(const std::string& subject) {
    return subject.find_first_of("{}[]*#\" ") == std::string::npos && subject.find('.') != std::string::npos &&
           TopicPattern::parse(subject).has_value();
}

Result<Message> read_subject(const std::string& subject) {
    if (subject == "-") return Message::parse(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    if (subject.find('{') != std::string::npos) return Message::parse(subject);
    if (!is_topic(subject)) return Problem{{}, "neither a topic (dotted words) nor a message in JSON"};
    const nlohmann::json empty = {{"topic", subject}, {"msg", nlohmann::json::object()}};
    return Message::parse(empty.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string explain_rules(const Rulebook& rulebook, const Message& message) {
    std::string out = "rules, in order:\n";
    for (const auto& considered : rulebook.explain(message)) {
        if (!considered.hindrance.empty())
            out += fmt::format("  {}: no, {}\n", considered.rule, considered.hindrance);
        else if (!considered.part.empty())
            out += fmt::format("  {}: yes, {}\n", considered.rule, considered.part);
        else
            out += fmt::format("  {}: this one\n", considered.rule);
    }
    return out;
}

std::string explain_line(const Line& line) {
    if (line.is_silent) return fmt::format("sentence:\n  none: {} is silent\n", line.rule);
    auto out = fmt::format("sentence:\n  {} -- {}\n", line.title, line.text);
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out += fmt::format("  {}: {}\n", name, value);
    };
    add("rule", line.rule);
    add("link", line.link);
    add("agent", line.agent);
    add("users", fmt::format("{}", fmt::join(line.usernames, ", ")));
    add("packages", fmt::format("{}", fmt::join(line.packages, ", ")));
    return out;
}

std::string explain_condensing(const Rulebook& rulebook, const Message& message) {
    std::string names;
    for (const auto& key : rulebook.condense_keys(message))
        names += fmt::format("{}{}", names.empty() ? "" : ", ", key.substr(0, key.find('\x1f')));
    return names.empty() ? "" : fmt::format("may share a sentence, where a route condenses, by {}\n", names);
}

// What a route's limits mean for a line of this time.
std::string explain_noise(const NoiseSettings& noise, SystemTime now) {
    std::string out;
    const auto later =
        fmt::format("kept back, and told with what else was, in at most {} lines", Moderator::most_lines);
    if (noise.dedupe.count() > 0)
        out += fmt::format("      dropped, and counted as deduped, where the target was told the same within {} s\n",
                           std::chrono::duration<double>(noise.dedupe).count());
    if (noise.quiet && noise.quiet->covers(now))
        out += fmt::format("      at {}: quiet; {}, from {}\n", iso_time(now), later, iso_time(noise.quiet->end(now)));
    else if (noise.quiet)
        out += fmt::format("      at {}: not quiet\n", iso_time(now));
    if (noise.threshold)
        out += fmt::format("      after {} lines ({}): {}, when half of them are so old\n", noise.threshold->most,
                           describe(*noise.threshold), later);
    return out;
}

// What the bridges of some targets do with what waits.
std::string explain_bridges(const std::vector<BridgePlan>& bridges, const std::vector<std::string>& targets) {
    std::string out;
    for (const auto& bridge : bridges) {
        const bool is_named = std::any_of(targets.begin(), targets.end(),
                                          [&](const auto& target) { return target_bridge(target) == bridge.name; });
        if (!is_named) continue;
        for (const auto& limit : bridge.budget)
            out += fmt::format("      bridge {}: after {} posts ({}) what comes waits, and is told in few\n",
                               bridge.name, limit.most, describe(limit));
    }
    return out;
}

std::string explain_routes(const Setup& setup, const Message& message, const Line& line, SystemTime now) {
    std::string out = "routes:\n";
    for (const auto& verdict : setup.router.explain(message.topic(), line, message.headers())) {
        if (!verdict.hindrance.empty()) {
            out += fmt::format("  \"{}\": no, {}\n", verdict.route, verdict.hindrance);
            continue;
        }
        out += fmt::format("  \"{}\": yes, to {}{}{}\n", verdict.route, fmt::join(verdict.to, ", "),
                           condensed(verdict.condense), describe(verdict.noise));
        out += explain_noise(verdict.noise, now) + explain_bridges(setup.bridges, verdict.to);
    }
    return out;
}

std::string_view name_of(Demand demand) {
    if (demand == Demand::require) return "require";
    return demand == Demand::mark ? "mark" : "ignore";
}

// What each route that takes the message otherwise does with a suspect.
std::string explain_suspect(const Router& router, const Message& suspect, const Line& line) {
    std::string out;
    const auto otherwise = router.explain(suspect.topic(), line, suspect.headers());
    const auto verdicts = router.explain(suspect.topic(), line, suspect.headers(), suspect.arrival());
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto& verdict = verdicts[i];
        if (!otherwise[i].hindrance.empty()) continue;
        const auto mark = marked_line(suspect);
        const auto fate = !verdict.hindrance.empty() ? std::string("dropped")
                          : verdict.is_marked        ? fmt::format("shown as `{} -- {}`", mark.title, mark.text)
                                                     : std::string("shown as if it were genuine");
        out += fmt::format("    \"{}\" (trust = \"{}\"{}): {}\n", verdict.route,
                           name_of(verdict.trust.value_or(suspect.arrival().demand)),
                           verdict.trust ? "" : ", as the source says", fate);
    }
    return out;
}

// Of a topic alone: what becomes of a suspect.
std::string explain_trust(const Setup& setup, const Message& message, const Line& line, bool is_topic_only) {
    std::string out = "trust:\n";
    for (const auto& plan : setup.sources) {
        out += fmt::format("  from \"{}\"", plan.name);
        const auto scrutiny = setup.router.scrutiny(message.topic(), plan.trust.demand);
        if (plan.kind == "amqp" || !scrutiny.is_asked) {
            out += plan.kind == "amqp" ? ": its broker vouches for who sends\n" : ": nobody asks for a signature\n";
            continue;
        }
        out += fmt::format(" (trust = \"{}\")", name_of(plan.trust.demand));
        auto suspect = Message::parse(message.bytes()).value();
        Arrival arrival{Trust::unsigned_message, false, plan.trust.demand};
        if (is_topic_only) {
            out += ", a message that is not signed well:\n";
        } else {
            auto verifier = make_verifier(kept_trust(plan.trust, plan.name, setup.settings.state_dir));
            if (!verifier) {
                out += fmt::format(": cannot be verified here: {}", describe(verifier.problems()));
                continue;
            }
            const auto verdict = verifier->verify(message.bytes());
            arrival.trust = trust_of(verdict);
            if (verdict.is_valid()) {
                out += fmt::format(": genuine, signed by {}\n", verdict.detail);
                continue;
            }
            out +=
                fmt::format(": {}: {}\n", arrival.trust == Trust::invalid ? "invalid" : "unsigned", describe(verdict));
        }
        suspect.note_arrival(arrival);
        out += explain_suspect(setup.router, suspect, line);
    }
    return out;
}

}  // namespace

int explain_command(const std::filesystem::path& configuration, const std::string& subject, const std::string& at) {
    const auto setup = read_setup(configuration);
    if (!setup) {
        fmt::print(stderr, "{}", describe(setup.problems()));
        return 2;
    }
    const auto message = read_subject(subject);
    if (!message) {
        fmt::print(stderr, "no message: {}", describe(message.problems()));
        return 2;
    }
    const auto line = setup->rulebook.render(*message);
    if (is_topic(subject))
        fmt::print("A topic alone: conditions on what a message says are answered as for an empty message.\n");
    fmt::print("topic {}\n{}{}", message->topic(), explain_rules(setup->rulebook, *message), explain_line(line));
    if (!line.is_silent)
        fmt::print("{}{}{}", explain_condensing(setup->rulebook, *message),
                   explain_routes(*setup, *message, line, clock_from(at)()),
                   explain_trust(*setup, *message, line, is_topic(subject)));
    return 0;
}

}  // namespace fedmsgbot
