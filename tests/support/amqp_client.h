#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace fedmsgbot::testing {

// What others do on a broker: a publisher with confirms, and the owner of queues. Plain, as guest. Throws
// std::runtime_error for whatever the broker refuses.
class AmqpClient {
public:
    explicit AmqpClient(std::uint16_t port);
    AmqpClient(AmqpClient&&) noexcept;
    AmqpClient& operator=(AmqpClient&&) noexcept;
    ~AmqpClient();

    // Durable, and bound to amq.topic with the key.
    void make_queue(const std::string& name, const std::string& key = "#");
    void delete_queue(const std::string& name);
    // Ready messages; those that are delivered and not acknowledged do not count.
    std::uint32_t waiting(const std::string& queue);

    // Persistent, to amq.topic, with fedora-messaging's headers; returns when the broker has it. An empty id: none.
    void publish(const std::string& topic, const std::string& id, const std::string& body);
    // With one header of every type that the wire knows, nested ones too.
    void publish_every_header(const std::string& topic, const std::string& id, const std::string& body);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
