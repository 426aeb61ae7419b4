#include "formatters/bundle.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "bot/core/topic.h"

namespace fedmsgbot {

namespace {

// The title follows: the topic's fourth word is the service.
constexpr std::string_view bundle_topics = "local.fedmsgbot.condensed.";

constexpr std::array texts = {std::pair("rule", &Line::rule),
                              std::pair("text", &Line::text),
                              std::pair("link", &Line::link),
                              std::pair("icon", &Line::icon),
                              std::pair("secondary_icon", &Line::secondary_icon),
                              std::pair("agent", &Line::agent),
                              std::pair("long_form", &Line::long_form)};
constexpr std::array lists = {std::pair("usernames", &Line::usernames), std::pair("packages", &Line::packages),
                              std::pair("objects", &Line::objects)};

}  // namespace

Message bundle(const Condensed& condensed, const std::vector<const Message*>& batch, const std::string& hold) {
    nlohmann::ordered_json msg, members = nlohmann::ordered_json::array();
    for (const auto& [key, field] : texts) msg[key] = condensed.line.*field;
    for (const auto& [key, field] : lists) msg[key] = condensed.line.*field;
    SystemTime newest;
    for (const auto member : condensed.members) {
        const auto& message = *batch[member];
        newest = std::max(newest, message.sent_at());
        members.push_back({{"id", message.id()}, {"topic", message.topic()}});
    }
    msg["members"] = std::move(members);
    const nlohmann::ordered_json envelope = {
        {"topic", std::string(bundle_topics) + condensed.line.title},
        {"timestamp", std::chrono::duration<double>(newest.time_since_epoch()).count()},
        {"hold", hold},
        {"msg", std::move(msg)}};
    return Message::parse(envelope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)).value();
}

bool is_bundle(const Message& message) { return message.topic().starts_with(bundle_topics); }

Line unbundle(const Message& message) {
    const auto body = message.body();
    Line line;
    line.title = topic_title(message.topic());
    line.service = topic_service(message.topic());
    for (const auto& [key, field] : texts) line.*field = body[key].text();
    for (const auto& [key, field] : lists)
        body[key].each_element([&, names = &(line.*field)](JsonView name) {
            names->emplace_back(name.text());
            return true;
        });
    return line;
}

}  // namespace fedmsgbot
