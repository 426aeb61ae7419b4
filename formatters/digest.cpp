#include "formatters/digest.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/failure.h"
#include "bot/core/text.h"
#include "formatters/bundle.h"
#include "formatters/line_limits.h"

namespace fedmsgbot {

namespace {

// A bundle's topic, so that what the rulebook says of bundles holds.
constexpr std::string_view digest_topic = "local.fedmsgbot.condensed.fedmsgbot.digest";

// Senders invent services, too: what comes after so many is counted as "other", and so many are named in the line.
constexpr std::size_t most_services = 100, most_named = 6;
constexpr std::size_t most_categories = 3;
constexpr std::string_view others = "other";

constexpr std::array reasons = {std::pair("overflow", Digest::Reason::overflow),
                                std::pair("expired", Digest::Reason::expired),
                                std::pair("quiet", Digest::Reason::quiet)};

std::string_view name(Digest::Reason reason) { return reasons[static_cast<std::size_t>(reason)].first; }

std::int64_t milliseconds(SystemTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string_view beginning(Digest::Reason reason) {
    switch (reason) {
        case Digest::Reason::expired:
            return "too old to be told: ";
        case Digest::Reason::quiet:
            return "in the quiet hours: ";
        case Digest::Reason::overflow:
            break;
    }
    return "... and ";
}

bool is_plain(std::string_view service) {
    return !service.empty() && std::all_of(service.begin(), service.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

}  // namespace

std::optional<Digest::Reason> digest_reason(const Message& message) {
    if (message.topic() != digest_topic) return std::nullopt;
    const auto known = message.body()["digest"]["reason"].text();
    for (const auto& [text, reason] : reasons)
        if (known == text) return reason;
    return Digest::Reason::overflow;
}

void Digest::add(const Message& message, const Line& line, SystemTime accepted_at) {
    if (digest_reason(message)) return merge(message);
    const auto members = is_bundle(message) ? std::max<std::uint64_t>(1, message.body()["members"].size()) : 1;
    count(line.service, {members, tells_of_failure(message, line.text) ? members : 0});
    span(accepted_at, accepted_at);
}

void Digest::merge(const Message& digest) {
    const auto told = digest.body()["digest"];
    told["services"].each_member([&](std::string_view service, JsonView counts) {
        count(clean_line(service, max_name_bytes), {counts.at(0).natural(), counts.at(1).natural()});
        return true;
    });
    span(SystemTime(std::chrono::milliseconds(told["since"].integer())),
         SystemTime(std::chrono::milliseconds(told["until"].integer())));
}

void Digest::count(std::string service, Count count) {
    if (service.empty() || (services_.size() >= most_services && !services_.contains(service))) service = others;
    auto& sum = services_[std::move(service)];
    sum.messages += count.messages;
    sum.failed += count.failed;
    messages_ += count.messages;
}

void Digest::span(SystemTime since, SystemTime until) {
    since_ = std::min(since_.value_or(since), since);
    until_ = std::max(until_.value_or(until), until);
}

std::string Digest::text() const {
    std::vector<std::pair<std::string, Count>> sorted(services_.begin(), services_.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second.messages > b.second.messages; });
    if (sorted.size() > most_named) {
        Count rest;
        for (std::size_t n = most_named - 1; n < sorted.size(); ++n) {
            rest.messages += sorted[n].second.messages;
            rest.failed += sorted[n].second.failed;
        }
        sorted.resize(most_named - 1);
        sorted.emplace_back(others, rest);
    }
    auto text = fmt::format("{}{}{}", beginning(reason_), messages_,
                            reason_ == Reason::overflow ? " more"
                            : messages_ == 1            ? " message"
                                                        : " messages");
    std::string_view separator = ": ";
    for (const auto& [service, sum] : sorted) {
        text += fmt::format("{}{} {}", separator, sum.messages, shortened_to_words(service, 40));
        if (sum.failed > 0) text += fmt::format(" ({} failed)", sum.failed);
        separator = ", ";
    }
    return text;
}

std::string Digest::link(std::string_view timeline) const {
    if (timeline.empty() || !since_) return {};
    const auto seconds = [](SystemTime time) { return std::chrono::floor<std::chrono::seconds>(time); };
    // The timeline may have taken them a moment later than the journal.
    auto link = fmt::format("{}/?start={}&end={}", timeline, seconds(*since_).time_since_epoch().count(),
                            (seconds(*until_) + std::chrono::seconds(2)).time_since_epoch().count());
    const bool has_few = services_.size() <= most_categories &&
                         std::all_of(services_.begin(), services_.end(),
                                     [](const auto& one) { return is_plain(one.first) && one.first != others; });
    if (has_few)
        for (const auto& [service, sum] : services_) link += "&category=" + service;
    return link;
}

Message Digest::message(std::string_view timeline, std::string_view key) const {
    nlohmann::ordered_json services = nlohmann::ordered_json::object();
    for (const auto& [service, sum] : services_) services[service] = {sum.messages, sum.failed};
    const nlohmann::ordered_json envelope = {{"topic", digest_topic},
                                             {"timestamp", until_ ? milliseconds(*until_) / 1000 : 0},
                                             {"key", key},
                                             {"msg",
                                              {{"rule", "digest"},
                                               {"text", text()},
                                               {"link", link(timeline)},
                                               {"digest",
                                                {{"reason", name(reason_)},
                                                 {"messages", messages_},
                                                 {"since", since_ ? milliseconds(*since_) : 0},
                                                 {"until", until_ ? milliseconds(*until_) : 0},
                                                 {"services", std::move(services)}}}}}};
    return Message::parse(envelope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)).value();
}

}  // namespace fedmsgbot
