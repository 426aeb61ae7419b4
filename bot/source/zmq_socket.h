#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace fedmsgbot {

// A ZeroMQ socket in a program that lives by Asio: waiting is a coroutine's, receiving and sending never block.
// Each has a context (one thread for its input and output) of its own, so that closing one waits for no other: the
// destructor blocks for what is not sent yet, at most as long as `linger`. Destroying it ends a pending wait with
// operation_aborted. One thread. Throws std::runtime_error, with the endpoint, for what can never work.
class ZmqSocket {
public:
    enum class Kind { sub, xpub };

    struct Options {
        int high_water_mark = 100'000;  // messages; 0: no limit
        bool keepalive = true;
        int keepalive_count = 3;
        std::chrono::seconds keepalive_idle{60};
        std::chrono::seconds keepalive_interval{5};
        std::chrono::milliseconds reconnect{100};
        std::chrono::milliseconds reconnect_max{1000};
        std::chrono::milliseconds linger{0};
    };

    // A message of the wire. Two frames are kept; of a message that has more they are only counted.
    struct Frames {
        std::size_t count = 0;
        std::string first;
        std::string second;
    };

    // At a larger frame the library hangs up; what it had delivered and was not yet received may be lost with it.
    static constexpr std::int64_t max_frame_bytes = 4 * 1024 * 1024;

    using Links = std::function<void(bool is_up, std::string_view endpoint)>;

    ZmqSocket(boost::asio::any_io_executor executor, Kind kind, const Options& options);
    ZmqSocket(const ZmqSocket&) = delete;
    ZmqSocket& operator=(const ZmqSocket&) = delete;
    ~ZmqSocket();

    // Tells of every connection that was made or lost from now on, and connects again what the library gives up. Before
    // connect.
    void watch(Links tell);

    void subscribe(const std::string& prefix);  // before connect, or the first messages are missed
    void connect(const std::string& endpoint);  // does not wait; connects again for ever
    void bind(const std::string& endpoint);     // throws when the address is taken
    std::string bound_endpoint() const;         // with the port that `tcp://127.0.0.1:*` came to
    void set_linger(std::chrono::milliseconds most);

    // Returns when try_receive would give something. Cancellable.
    boost::asio::awaitable<void> wait_readable();

    // False when nothing is there.
    bool try_receive(Frames& frames);

    // Two frames. False when a subscriber is so far behind that its queue is full (an XPUB drops nothing, and gives no
    // sign when there is room again: try later).
    bool try_send(std::string_view topic, std::string_view body);

    // The same, and those subscribers that are so far behind do not get the message; the others do.
    void send_to_those_with_room(std::string_view topic, std::string_view body);

private:
    struct State;
    static void watch_next(const std::shared_ptr<State>& state);
    static void mend_later(const std::shared_ptr<State>& state);
    static void mend(State& state, const std::string& endpoint);
    static void connect(State& state, const std::string& endpoint);

    // Shared with nobody: a weak pointer in a handler tells it that we are gone.
    std::shared_ptr<State> state_;
};

}  // namespace fedmsgbot
