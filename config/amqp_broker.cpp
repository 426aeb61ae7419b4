#include "config/amqp_broker.h"

#include <chrono>
#include <type_traits>

#include <fmt/format.h>

#include "config/amqp_url.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

void read_broker(Table& source, AmqpBroker& settings) {
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

void read_tls(Table& source, AmqpBroker& settings) {
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

}  // namespace

void read_amqp_broker(Table& table, AmqpBroker& broker) {
    read_broker(table, broker);
    read_tls(table, broker);
}

void read_amqp_times(Table& source, AmqpBroker& settings) {
    settings.heartbeat = read_time<std::chrono::seconds>(source, "heartbeat", settings.heartbeat, 4s, 600s);
    settings.reconnect = read_time<std::chrono::milliseconds>(source, "reconnect", settings.reconnect, 1ms, 1h);
    settings.reconnect_max =
        read_time<std::chrono::milliseconds>(source, "reconnect_max", settings.reconnect_max, 1ms, 1h);
    if (settings.reconnect > settings.reconnect_max)
        source.fail(source.has("reconnect_max") ? "reconnect_max" : "reconnect",
                    "\"reconnect_max\" must not be less than \"reconnect\"");
}

}  // namespace fedmsgbot
