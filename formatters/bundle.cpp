#include "formatters/bundle.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "formatters/line_limits.h"

namespace fedmsgbot {

namespace {

// The title follows: the topic's fourth word is the service.
constexpr std::string_view bundle_topics = "local.fedmsgbot.condensed.";

// Of the members' messages together: what comes after has its id and topic only.
constexpr std::size_t max_member_bytes = 1024 * 1024;

constexpr std::array texts = {std::pair("rule", &Line::rule), std::pair("text", &Line::text),
                              std::pair("agent", &Line::agent), std::pair("long_form", &Line::long_form)};
constexpr std::array links = {std::pair("link", &Line::link), std::pair("icon", &Line::icon),
                              std::pair("secondary_icon", &Line::secondary_icon)};
constexpr std::array lists = {std::pair("usernames", &Line::usernames), std::pair("packages", &Line::packages),
                              std::pair("objects", &Line::objects)};

}  // namespace

Message bundle(const Condensed& condensed, const std::vector<const Message*>& batch, const std::string& hold) {
    nlohmann::ordered_json msg, members = nlohmann::ordered_json::array();
    for (const auto& [key, field] : texts) msg[key] = condensed.line.*field;
    for (const auto& [key, field] : links) msg[key] = condensed.line.*field;
    for (const auto& [key, field] : lists) msg[key] = condensed.line.*field;
    SystemTime newest;
    std::size_t bytes = 0;
    for (const auto member : condensed.members) {
        const auto& message = *batch[member];
        newest = std::max(newest, message.sent_at());
        nlohmann::ordered_json one = {{"id", message.id()}, {"topic", message.topic()}};
        bytes += message.bytes().size();
        if (bytes <= max_member_bytes || condensed.members.size() == 1)
            one["message"] = nlohmann::ordered_json::parse(message.envelope().dump(), nullptr, false);
        members.push_back(std::move(one));
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
    return read_line(message.body(), topic_title(message.topic()), topic_service(message.topic()));
}

Line read_line(JsonView body, std::string_view title, std::string_view service) {
    Line line;
    line.title = clean_line(title, max_title_bytes);
    line.service = clean_line(service, max_name_bytes);
    line.rule = clean_line(body["rule"].text(), max_name_bytes);
    line.text = sentence(body["text"].text());
    if (line.text.empty()) line.text = line.title;
    line.agent = clean_line(body["agent"].text(), max_name_bytes);
    line.long_form = clean_block(body["long_form"].text(), max_long_form_bytes);
    for (const auto& [key, field] : links) line.*field = clean_link(body[key].text());
    for (const auto& [key, field] : lists) {
        auto& names = line.*field;
        body[key].each_element([&names](JsonView name) {
            if (auto cleaned = clean_line(name.text(), max_name_bytes); !cleaned.empty())
                names.push_back(std::move(cleaned));
            return names.size() < max_names;
        });
        tidy_names(names);
    }
    return line;
}

std::optional<Message> lone_member(const Message& message) {
    if (!is_bundle(message)) return std::nullopt;
    const auto members = message.body()["members"];
    if (members.size() != 1) return std::nullopt;
    auto member = Message::parse(members.at(0)["message"].dump());
    if (!member) return std::nullopt;
    return std::move(member).value();
}

}  // namespace fedmsgbot
