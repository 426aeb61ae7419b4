#include <chrono>
#include <filesystem>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "config/amqp_url.h"
#include "config/fedora_messaging.h"
#include "config/source_settings.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_name = 255;  // of whatever AMQP calls a short string

void read_broker(Table& source, AmqpSettings& settings) {
    const auto text = source.text("url");
    const auto password = source.secret("password");
    if (text.empty()) return;
    const auto url = parse_amqp_url(text);
    // The text is not repeated: a password could be in it.
    if (!url || url->host.empty() || !url->query.empty())
        return source.fail("url", "a broker is amqp://user@host:port/vhost or amqps://...; a / in the vhost is %2F");
    if (!url->password.empty())
        return source.fail("url", "a password does not stand in a configuration: use \"password_file\"");
    settings.host = url->host;
    settings.port = url->port;
    settings.vhost = url->vhost;
    settings.tls = url->tls;
    if (!url->user.empty()) settings.user = url->user;
    if (!password.empty()) settings.password = password;
    const bool has_secret = source.has("password_file") || source.has("password_env") || source.has("cert_file");
    if (settings.user != "guest" && !has_secret)
        source.fail("url", fmt::format("the user {} needs \"password_file\", or \"cert_file\" and \"key_file\"",
                                       settings.user));
}

void read_tls(Table& source, AmqpSettings& settings) {
    settings.ca_file = source.text("ca_file", "");
    settings.cert_file = source.text("cert_file", "");
    settings.key_file = source.text("key_file", "");
    if (settings.cert_file.empty() != settings.key_file.empty())
        source.fail(settings.cert_file.empty() ? "key_file" : "cert_file",
                    "\"cert_file\" and \"key_file\" need each other");
    for (const auto* key : {"ca_file", "cert_file", "key_file"})
        if (source.has(key) && !settings.tls && source.has("url"))
            source.fail(key, fmt::format("\"{}\" is for amqps only", key));
}

void read_queue(Table& source, AmqpSettings& settings) {
    settings.queue = source.text("queue", "");
    if (settings.queue.size() > longest_name) source.fail("queue", "a queue's name has at most 255 bytes");
    const bool has_name = !settings.queue.empty();
    settings.passive = source.flag("passive", false);
    settings.durable = source.flag("durable", has_name);
    settings.exclusive = source.flag("exclusive", !has_name);
    settings.auto_delete = source.flag("auto_delete", !has_name);
    settings.single_active_consumer = source.flag("single_active_consumer", false);
    if (settings.passive && !has_name) source.fail("passive", "a queue that is there already has a name: \"queue\"");
}

void read_bindings(Table& source, AmqpSettings& settings) {
    const auto exchange = source.text("exchange", "amq.topic");
    if (exchange.size() > longest_name) source.fail("exchange", "an exchange's name has at most 255 bytes");
    auto keys = source.texts("topics");
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i].size() > longest_name)
            source.fail(source.where_element("topics", i), "a routing key has at most 255 bytes");
    if (keys.empty() && !source.is_empty_list("topics")) keys.emplace_back("#");
    for (auto& key : keys) settings.bindings.push_back({exchange, std::move(key)});
}

template <class Duration>
Duration read_time(Table& source, std::string_view key, Duration fallback, Duration least, Duration most) {
    const auto given = source.duration(key, fallback);
    const auto duration = std::chrono::duration_cast<Duration>(given);
    if (duration == given && duration >= least && duration <= most) return duration;
    source.fail(key, fmt::format("\"{}\" must be from \"{}ms\" to \"{}ms\"{}", key,
                                 std::chrono::milliseconds(least).count(), std::chrono::milliseconds(most).count(),
                                 std::is_same_v<Duration, std::chrono::seconds> ? ", in whole seconds" : ""));
    return fallback;
}

// One word for a thing: what the file says is not said again here.
void read_their_file(Table& source, AmqpSettings& settings) {
    const std::filesystem::path file = source.text("config_from");
    const auto queue = source.text("queue", "");
    settings.single_active_consumer = source.flag("single_active_consumer", false);
    for (const auto* key : {"url", "password_file", "password_env", "ca_file", "cert_file", "key_file", "passive",
                            "durable", "exclusive", "auto_delete", "exchange", "topics", "prefetch"}) {
        if (!source.has(key)) continue;
        source.ignore(key);
        source.fail(key, fmt::format("\"{}\" and \"config_from\" exclude each other", key));
    }
    if (file.empty()) return;
    if (!std::filesystem::exists(file))
        return source.miss(source.where("config_from"), fmt::format("{} is not there", file.string()));
    for (auto& problem : read_fedora_messaging(file, queue, settings))
        source.fail(std::move(problem.where), std::move(problem.text));
}

}  // namespace

AmqpSettings read_amqp_settings(Table& source) {
    AmqpSettings settings;
    if (source.has("config_from")) {
        read_their_file(source, settings);
    } else {
        read_broker(source, settings);
        read_tls(source, settings);
        read_queue(source, settings);
        read_bindings(source, settings);
        settings.prefetch = static_cast<std::uint16_t>(source.number("prefetch", settings.prefetch, 1, 10'000));
    }
    settings.max_body_bytes = static_cast<std::size_t>(
        source.number("max_body_bytes", static_cast<std::int64_t>(settings.max_body_bytes), 1, 64 * 1024 * 1024));
    settings.heartbeat = read_time<std::chrono::seconds>(source, "heartbeat", settings.heartbeat, 4s, 600s);
    settings.reconnect = read_time<std::chrono::milliseconds>(source, "reconnect", settings.reconnect, 1ms, 1h);
    settings.reconnect_max =
        read_time<std::chrono::milliseconds>(source, "reconnect_max", settings.reconnect_max, 1ms, 1h);
    if (settings.reconnect > settings.reconnect_max)
        source.fail(source.has("reconnect_max") ? "reconnect_max" : "reconnect",
                    "\"reconnect_max\" must not be less than \"reconnect\"");
    return settings;
}

}  // namespace fedmsgbot
