#include "config/source_settings.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

bool is_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

void read_endpoints(Table& source, ZmqSettings& settings) {
    settings.endpoints = source.texts("endpoints");
    if (!source.has("endpoints"))
        source.fail(source.where(), "missing key \"endpoints\"");
    else if (source.is_empty_list("endpoints"))
        source.fail("endpoints", "\"endpoints\" must not be empty");
    for (std::size_t i = 0; i < settings.endpoints.size(); ++i)
        if (!is_zmq_endpoint(settings.endpoints[i]))
            source.fail(source.where_element("endpoints", i),
                        fmt::format("an endpoint is tcp://host:port or ipc:///path, not \"{}\"",
                                    clean_line(settings.endpoints[i], 100)));
}

// The same word means patterns in a route: who mixes them up would hear nothing at all.
void read_topics(Table& source, ZmqSettings& settings) {
    settings.topics = source.texts("topics");
    for (std::size_t i = 0; i < settings.topics.size(); ++i) {
        const auto& topic = settings.topics[i];
        const auto wild = topic.find_first_of("#*");
        if (wild == std::string::npos || (topic[wild] == '*' && wild + 1 == topic.size())) continue;
        const auto beginning =
            wild == 0 ? "leave the key out" : fmt::format("write \"{}\"", clean_line(topic.substr(0, wild), 100));
        source.fail(source.where_element("topics", i),
                    fmt::format("the topics of a source are beginnings, not patterns: {}", beginning));
    }
}

std::chrono::seconds read_seconds(Table& source, std::string_view key, std::chrono::seconds fallback) {
    const auto duration = source.duration(key, fallback);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    if (seconds >= 1s && seconds <= 12h && seconds == duration) return seconds;
    source.fail(key, fmt::format("\"{}\" must be whole seconds, from \"1s\" to \"12h\"", key));
    return fallback;
}

std::chrono::milliseconds read_wait(Table& source, std::string_view key, std::chrono::milliseconds fallback) {
    const auto wait = source.duration(key, fallback);
    if (wait >= 1ms && wait <= 1h) return wait;
    source.fail(key, fmt::format("\"{}\" must be from \"1ms\" to \"1h\"", key));
    return fallback;
}

}  // namespace

bool is_zmq_endpoint(std::string_view text) {
    const bool is_clean = std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
    if (!is_clean) return false;
    if (text.starts_with("ipc://")) return text.size() > 6;
    if (!text.starts_with("tcp://")) return false;
    const auto address = text.substr(6);
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto host = address.substr(0, colon);
    return host.find_first_of("*/") == std::string_view::npos && is_port(address.substr(colon + 1));
}

ZmqSettings read_zmq_settings(Table& source) {
    ZmqSettings settings;
    read_endpoints(source, settings);
    read_topics(source, settings);
    settings.high_water_mark =
        static_cast<int>(source.number("high_water_mark", settings.high_water_mark, 0, 1'000'000'000));
    settings.keepalive = source.flag("keepalive", settings.keepalive);
    settings.keepalive_count = static_cast<int>(source.number("keepalive_count", settings.keepalive_count, 1, 100));
    settings.keepalive_idle = read_seconds(source, "keepalive_idle", settings.keepalive_idle);
    settings.keepalive_interval = read_seconds(source, "keepalive_interval", settings.keepalive_interval);
    settings.reconnect = read_wait(source, "reconnect", settings.reconnect);
    settings.reconnect_max = read_wait(source, "reconnect_max", settings.reconnect_max);
    if (settings.reconnect > settings.reconnect_max)
        source.fail(source.has("reconnect_max") ? "reconnect_max" : "reconnect",
                    "\"reconnect_max\" must not be less than \"reconnect\"");
    return settings;
}

std::filesystem::path read_file_settings(Table& source) { return source.text("path"); }

}  // namespace fedmsgbot
