#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>

#include "bot/source/amqp_source.h"
#include "tests/source/collect.h"
#include "tests/support/amqp_client.h"
#include "tests/support/rabbitmq.h"

namespace fedmsgbot::testing {

inline const std::string amqp_topic = "org.fedoraproject.prod.announce.announcement";

inline std::string amqp_body(int number) { return fmt::format(R"({{"message":"number {}"}})", number); }

inline std::string amqp_id(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }

// A queue of its own on the shared broker, somebody who publishes, and a source that hears it.
struct AmqpBus {
    explicit AmqpBus(std::uint16_t prefetch = 25) : queue(fmt::format("test-{}", ++queues)), client(broker.port()) {
        settings.host = "127.0.0.1";
        settings.port = broker.port();
        settings.queue = queue;
        settings.durable = true;
        settings.exclusive = settings.auto_delete = false;
        settings.bindings = {{"amq.topic", "#"}};
        settings.prefetch = prefetch;
        settings.reconnect = std::chrono::milliseconds(20);
        settings.reconnect_max = std::chrono::milliseconds(200);
        client.make_queue(queue);
    }
    ~AmqpBus() {
        source.reset();
        AmqpClient(broker.port()).delete_queue(queue);
    }

    AmqpSource& listen(Source::Interest interest = {}) {
        source.emplace(context.get_executor(), settings, std::move(interest));
        return *source;
    }
    void publish(int first, int last) {
        for (int n = first; n <= last; ++n) client.publish(amqp_topic, amqp_id(n), amqp_body(n));
    }
    std::vector<std::string> ids(std::size_t count, std::chrono::milliseconds most = std::chrono::seconds(20)) {
        std::vector<std::string> found;
        for (const auto& message : collect(context, *source, count, most)) found.push_back(message.id());
        return found;
    }
    // What a restart finds: all that was not acknowledged.
    std::uint32_t left() {
        source.reset();
        return client.waiting(queue);
    }

    static inline int queues = 0;
    Rabbitmq& broker = Rabbitmq::shared();
    std::string queue;
    boost::asio::io_context context;
    AmqpClient client;
    AmqpSettings settings;
    std::optional<AmqpSource> source;
};

inline std::vector<std::string> ids_of(int first, int last) {
    std::vector<std::string> all;
    for (int n = first; n <= last; ++n) all.push_back(amqp_id(n));
    return all;
}

}  // namespace fedmsgbot::testing
