#include "bot/publish/message_maker.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "bot/core/message.h"
#include "bot/core/text.h"
#include "bot/core/uuid.h"
#include "bot/trust/python_text.h"

namespace fedmsgbot {

namespace {

CanonicalMember member(std::string key, std::string value) { return {std::move(key), std::move(value), {}}; }

CanonicalMember text_member(std::string key, std::string_view text) {
    CanonicalMember made{std::move(key), {}, std::string(text)};
    append_python_text(made.value, text);
    return made;
}

// `msg or dict()` is what fedmsg.publish sends.
bool is_false_in_python(std::string_view canonical) {
    static constexpr std::array<std::string_view, 7> values{"null", "false", "0", "0.0", "-0.0", "\"\"", "[]"};
    return std::find(values.begin(), values.end(), canonical) != values.end();
}

std::string topic_hindrance(std::string_view topic) {
    if (topic.size() > Message::max_topic_bytes) return fmt::format("longer than {} bytes", Message::max_topic_bytes);
    if (!is_valid_utf8(topic)) return "not UTF-8";
    const bool is_printable =
        std::none_of(topic.begin(), topic.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
    return is_printable ? "" : "with blanks or control characters";
}

}  // namespace

Result<BusMessage> MessageMaker::make(std::string_view modname, std::string_view topic, std::string_view msg) {
    const auto now = std::chrono::system_clock::now();
    auto made = make(modname, topic, msg, {made_ + 1, new_message_id(now), now});
    if (made) ++made_;
    return made;
}

Result<BusMessage> MessageMaker::make(std::string_view modname, std::string_view topic, std::string_view msg,
                                      const Stamp& stamp) const {
    if (modname.empty()) return Problem{{}, "a message needs the name of the module that sends it"};
    auto whole = whole_topic(sender_, modname, topic);
    if (const auto why = topic_hindrance(whole); !why.empty())
        return Problem{{}, fmt::format("not a topic, {}: {}", why, clean_line(whole, 100))};
    auto payload = canonical_json(msg);
    if (!payload) return payload.problems();
    if (is_false_in_python(*payload)) *payload = "{}";
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(stamp.now.time_since_epoch()).count();
    // In the order of their keys.
    std::vector<CanonicalMember> members{
        member("i", std::to_string(stamp.i)), member("msg", *payload),
        text_member("msg_id", stamp.id),      member("timestamp", std::to_string(seconds)),
        text_member("topic", whole),          text_member("username", sender_.username)};
    if (key_) members = signed_members(std::move(members), *key_);
    auto body = canonical_object(members);
    if (body.size() > max_body_bytes) return Problem{{}, fmt::format("larger than {} bytes", max_body_bytes)};
    return BusMessage{std::move(whole), std::move(body), stamp.id, std::move(*payload), sender_.username, stamp.now};
}

std::string whole_topic(const Sender& sender, std::string_view modname, std::string_view topic) {
    auto own = fmt::format("{}.{}", modname, topic.empty() ? "unspecified" : topic);
    if (own.starts_with(sender.topic_prefix)) return own;
    return fmt::format("{}.{}.{}", sender.topic_prefix, sender.environment, own);
}

std::string new_message_id(std::chrono::system_clock::time_point now) {
    const auto time = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    ::localtime_r(&time, &local);
    return fmt::format("{}-{}", 1900 + local.tm_year, random_uuid());
}

std::string login_name() {
    for (const auto* variable : {"LOGNAME", "USER", "LNAME", "USERNAME"})
        if (const auto* name = std::getenv(variable); name && *name) return name;
    const auto* entry = ::getpwuid(::getuid());
    return entry && entry->pw_name ? entry->pw_name : "";
}

std::string log_message(std::string_view text) {
    std::string msg = R"({"log":)";
    append_python_text(msg, text);
    return msg + "}";
}

}  // namespace fedmsgbot
