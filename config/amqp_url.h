#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fedmsgbot {

// `amqps://user:password@host:port/vhost?query`, with percent-escapes undone. The vhost of a path that is left out or
// empty is "/", as RabbitMQ's own clients take it; Fedora's, which begins with a slash, is written /%2Fpublic_pubsub.
struct AmqpUrl {
    bool tls = false;
    std::string user;
    std::string password;
    std::string host;  // empty: left out
    std::uint16_t port = 0;
    std::string vhost = "/";
    std::string query;  // as it stands
};

// Nothing where it is none.
std::optional<AmqpUrl> parse_amqp_url(std::string_view text);

}  // namespace fedmsgbot
