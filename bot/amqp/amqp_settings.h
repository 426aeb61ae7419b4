#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fedmsgbot {

// A broker, and how to log in there.
struct AmqpBroker {
    std::string host = "localhost";
    std::uint16_t port = 5672;
    std::string vhost = "/";
    bool tls = false;
    std::string user = "guest";  // with a password: PLAIN. A client certificate logs in by itself: EXTERNAL
    std::string password = "guest";
    std::string ca_file;    // left out: the system's authorities
    std::string cert_file;  // both or none
    std::string key_file;
    std::chrono::seconds heartbeat{60};
    std::chrono::milliseconds reconnect{1000};  // doubles with every failure, up to
    std::chrono::milliseconds reconnect_max{60'000};
    // What the broker's operators see of us beside our name and version.
    std::vector<std::pair<std::string, std::string>> client_properties;
};

// The wait before the next attempt to connect: doubled from the first to the last.
std::chrono::milliseconds reconnect_wait(const AmqpBroker& broker, unsigned failures);

// A fifth more or less: many bots that lost the same broker must not come back at the same instant.
std::chrono::milliseconds jittered(std::chrono::milliseconds wait, std::minstd_rand& random);

// Where ready posts go and are read from, where nothing else is said.
inline constexpr const char* posts_exchange = "fedmsgbot.posts";

// What a publisher says once: the exchange. A kind, as `direct`, declares it, durable; without one it must be there.
struct AmqpPublishing : AmqpBroker {
    std::string exchange = "amq.topic";
    std::string exchange_kind;
};

// What the operator may say of a source of kind `amqp`: the broker, our queue on it and what is bound to the queue.
// The defaults are those that fedora-messaging's own consumers use, but for a queue with a name: it is durable and
// outlives us, since somebody chose a name to find it again.
struct AmqpSettings : AmqpBroker {
    struct Binding {
        std::string exchange;
        std::string routing_key;
    };

    std::string queue;     // empty: the broker chooses a name, anew for each connection
    bool passive = false;  // the queue must be there already
    bool durable = false;
    bool exclusive = true;
    bool auto_delete = true;
    bool single_active_consumer = false;

    // Does a binding of ours bring this topic to the queue? Yes where there is none: others have bound it.
    bool binds(std::string_view topic) const;

    // The queue goes on collecting while we are away.
    bool keeps_messages() const { return passive || (!queue.empty() && !exclusive && !auto_delete); }

    // Further arguments of the queue, as x-message-ttl.
    std::vector<std::pair<std::string, std::string>> text_arguments;
    std::vector<std::pair<std::string, std::int64_t>> number_arguments;
    std::vector<Binding> bindings;
    // The targets whose ready posts it carries, not messages of the bus: its exchange is then direct, and declared.
    std::vector<std::string> posts;

    std::uint16_t prefetch = 25;  // deliveries that are under way at most: read, but not acknowledged
    std::size_t max_body_bytes = 4 * 1024 * 1024;

    // What stands in a fedora-messaging file and means nothing to us, each in a few words: for people.
    std::vector<std::string> ignored;
};

}  // namespace fedmsgbot
