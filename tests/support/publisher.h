#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot::testing {

// A fedmsg message as a publisher writes it, all in one line.
std::string fedmsg(std::string_view topic, std::uint64_t i, std::string_view username = "tester",
                   std::string_view msg = "{}");

// The other side of a source: a real ZeroMQ publisher, outside the program under test. Without a high-water mark, so
// what does not arrive was not lost here. Blocks; closes at once.
class BusPublisher {
public:
    enum class Kind {
        xpub,  // sees subscriptions
        pub,   // what fedmsg's own publishers use
    };

    // With a high-water mark it drops what a subscriber is too far behind for, without a word; 0: never.
    explicit BusPublisher(std::string endpoint = "tcp://127.0.0.1:*", Kind kind = Kind::xpub, int high_water_mark = 0);
    // One that connects, as to a relay's inbound end, instead of binding; it sees the subscriptions of that end.
    static BusPublisher connected(const std::string& endpoint);
    BusPublisher(BusPublisher&&) noexcept;
    BusPublisher& operator=(BusPublisher&&) noexcept;
    ~BusPublisher();

    const std::string& endpoint() const;  // with the real port

    // Waits until so many subscriptions have come in; false after `most`. XPUB only.
    bool sees_subscriptions(std::size_t count = 1, std::chrono::milliseconds most = std::chrono::seconds(20));

    void send(const std::vector<std::string>& frames);
    void send(std::string_view topic, std::string_view body);

private:
    struct State;
    explicit BusPublisher(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The other side of a publisher: a real ZeroMQ subscriber.
class BusSubscriber {
public:
    explicit BusSubscriber(const std::string& endpoint, const std::vector<std::string>& prefixes = {""});
    BusSubscriber(BusSubscriber&&) noexcept;
    ~BusSubscriber();

    // The frames of the next message; nothing after `most`.
    std::optional<std::vector<std::string>> receive(std::chrono::milliseconds most = std::chrono::seconds(20));

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
