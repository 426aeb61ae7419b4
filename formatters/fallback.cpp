#include "formatters/fallback.h"

#include <initializer_list>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "formatters/line_limits.h"
#include "formatters/template/print.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_value_characters = 80;
constexpr std::size_t max_fields_named = 6;

// A value fit for a sentence: a text or number, or the name that an object has.
std::string shown(JsonView value) {
    if (value.is_object())
        for (const auto key : tmpl::name_keys)
            if (!value[key].text().empty()) return shown(value[key]);
    if (value.kind() == JsonView::Kind::integer || value.kind() == JsonView::Kind::natural) return value.dump();
    if (!value.is_text()) return {};
    auto text = clean_line(value.text(), 1024);
    const auto prefix = code_point_prefix(text, max_value_characters);
    return prefix.size() == text.size() ? text : std::string(prefix) + "...";
}

struct Found {
    std::string key;
    std::string value;
};

Found first_of(JsonView body, std::initializer_list<const char*> keys) {
    for (const auto* key : keys)
        if (auto value = shown(body[key]); !value.empty()) return {key, std::move(value)};
    return {};
}

std::string first_link(JsonView body) {
    for (const auto* key : {"url", "link", "html_url", "web_url", "weburl", "full_url", "build_url"})
        if (const auto value = body[key]; value.is_text() && is_web_link(value.text())) return clean_link(value.text());
    return {};
}

std::string field_names(JsonView body) {
    if (body.size() == 0) return body.is_text() ? shown(body) : "a message without fields";
    if (!body.is_object()) return fmt::format("a list of {}", body.size());
    std::string names;
    std::size_t count = 0;
    body.each_member([&](std::string_view key, JsonView) {
        names += fmt::format("{}{}", count ? ", " : "", clean_line(key, 40));
        return ++count < max_fields_named;
    });
    return fmt::format("a message of {} field{} ({}{})", body.size(), body.size() == 1 ? "" : "s", names,
                       body.size() > max_fields_named ? ", ..." : "");
}

bool looks_like_account(std::string_view name) {
    return name.size() <= 64 && name.find_first_of(" @/:<>\"") == std::string_view::npos;
}

}  // namespace

Line fallback_line(const Message& message) {
    const auto body = message.body();
    Line line;
    line.rule = "fallback";
    line.service = clean_line(topic_service(message.topic()), 512);
    line.title = clean_line(topic_title(message.topic()), 512);
    const auto agent = first_of(body, {"agent", "user", "username", "owner", "author", "who", "submitter"});
    const auto what =
        first_of(body, {"name", "package", "project", "repo", "title", "subject", "nvr", "summary", "id"});
    const auto how = first_of(body, {"status", "state", "result", "outcome", "action", "event"});
    std::string known;
    const auto add = [&](const std::string& part) { known += (known.empty() ? "" : ", ") + part; };
    if (!agent.value.empty()) add("by " + agent.value);
    for (const auto& found : {what, how})
        if (!found.value.empty()) add(found.key + " " + found.value);
    if (known.empty()) known = field_names(body);
    line.text = sentence(fmt::format("{}: {}", line.title, known));
    line.link = first_link(body);
    if (!agent.value.empty() && looks_like_account(agent.value)) {
        line.agent = agent.value;
        line.usernames = {agent.value};
    }
    return line;
}

}  // namespace fedmsgbot
