#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/result.h"
#include "bot/publish/publisher_settings.h"

namespace fedmsgbot {

// Publishes messages on a fedmsg bus, signed where there is a key, in the bytes that Python's fedmsg.publish makes. For
// any C++ program; docs/publishing.md tells how, tests/example/publish_example.cpp is one.
// Every call blocks until the message has gone to somebody who subscribes to it, at most as long as settings.wait, and
// tells otherwise: there is no success for what could not be sent. Move-only; one thread at a time.
//
//     auto publisher = fedmsgbot::Publisher::open(settings);
//     auto id = publisher->publish("koji", "build.done", R"({"name": "kernel"})");
//     auto problem = publisher->close();
class Publisher {
public:
    // Problems: settings that contradict each other, files that cannot be used, an endpoint that cannot be had.
    static Result<Publisher> open(const PublisherSettings& settings);

    Publisher(Publisher&&) noexcept;
    Publisher& operator=(Publisher&&) noexcept;
    ~Publisher();  // closes, and cannot tell whether all was sent

    // Sends `msg`, which is JSON, as PREFIX.ENVIRONMENT.MODNAME.TOPIC, and gives the message's id.
    [[nodiscard]] Result<std::string> publish(std::string_view modname, std::string_view topic, std::string_view msg);

    // Sends what is left: a problem when not all of it was taken in time. The last call.
    [[nodiscard]] std::optional<Problem> close();

    std::uint64_t published() const;
    // Where it is: with the port that `tcp://127.0.0.1:*` came to.
    const std::string& endpoint() const;

private:
    struct State;
    explicit Publisher(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// One message: opens, publishes, closes; gives the id. Who has more to say keeps a Publisher.
[[nodiscard]] Result<std::string> publish(const PublisherSettings& settings, std::string_view modname,
                                          std::string_view topic, std::string_view msg);

}  // namespace fedmsgbot
