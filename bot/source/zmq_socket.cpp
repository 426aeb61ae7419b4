#include "bot/source/zmq_socket.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <zmq.hpp>

#include "bot/source/zmq_links.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr const char* monitor_endpoint = "inproc://links";

// A signal may interrupt any call of the library, also one that does not wait.
template <class Call>
auto uninterrupted(Call&& call) {
    for (;;) {
        try {
            return call();
        } catch (const zmq::error_t& error) {
            if (error.num() != EINTR) throw;
        }
    }
}

// Calls with the endpoint in what is thrown: the library's own text does not name it.
template <class Call>
void at_endpoint(const std::string& endpoint, Call&& call) {
    try {
        call();
    } catch (const zmq::error_t& error) {
        throw std::runtime_error(endpoint + ": " + error.what());
    }
}

// The descriptor is the library's: ours is only a way to wait for it, and must never close it.
class Wakeup {
public:
    Wakeup(const asio::any_io_executor& executor, const zmq::socket_t& socket)
        : descriptor_(executor, socket.get(zmq::sockopt::fd)) {}
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;
    ~Wakeup() { descriptor_.release(); }

    asio::posix::stream_descriptor& operator*() { return descriptor_; }
    asio::posix::stream_descriptor* operator->() { return &descriptor_; }

private:
    asio::posix::stream_descriptor descriptor_;
};

void set_options(zmq::socket_t& socket, ZmqSocket::Kind kind, const ZmqSocket::Options& options) {
    const auto number = [](auto duration) { return static_cast<int>(duration.count()); };
    if (kind == ZmqSocket::Kind::sub) {
        socket.set(zmq::sockopt::rcvhwm, options.high_water_mark);
    } else {
        socket.set(zmq::sockopt::sndhwm, options.high_water_mark);
        socket.set(zmq::sockopt::xpub_nodrop, true);
    }
    socket.set(zmq::sockopt::maxmsgsize, ZmqSocket::max_frame_bytes);
    socket.set(zmq::sockopt::linger, number(options.linger));
    socket.set(zmq::sockopt::reconnect_ivl, number(options.reconnect));
    socket.set(zmq::sockopt::reconnect_ivl_max, number(options.reconnect_max));
    if (!options.keepalive) return;
    socket.set(zmq::sockopt::tcp_keepalive, 1);
    socket.set(zmq::sockopt::tcp_keepalive_cnt, options.keepalive_count);
    socket.set(zmq::sockopt::tcp_keepalive_idle, number(options.keepalive_idle));
    socket.set(zmq::sockopt::tcp_keepalive_intvl, number(options.keepalive_interval));
}

struct LinkEvent {
    int number = 0;
    std::string endpoint;
};

// zmq_socket_monitor(3): 16 bits of event and 32 of detail, then the endpoint.
std::optional<LinkEvent> next_event(zmq::socket_t& monitor) {
    zmq::message_t event, endpoint;
    if (!uninterrupted([&] { return monitor.recv(event, zmq::recv_flags::dontwait); })) return std::nullopt;
    std::uint16_t number = 0;
    if (event.size() >= sizeof number) std::memcpy(&number, event.data(), sizeof number);
    if (event.more()) (void)uninterrupted([&] { return monitor.recv(endpoint, zmq::recv_flags::dontwait); });
    return LinkEvent{number, endpoint.to_string()};
}

}  // namespace

struct ZmqSocket::State {
    State(asio::any_io_executor chosen, Kind kind)
        : executor(std::move(chosen)),
          socket(context, kind == Kind::sub ? zmq::socket_type::sub : zmq::socket_type::xpub),
          wakeup(std::in_place, executor, socket),
          mending(executor) {}

    asio::any_io_executor executor;
    zmq::context_t context{1};
    zmq::socket_t socket;
    zmq::socket_t monitor;  // a closed one where nobody watches
    std::optional<Wakeup> wakeup;
    std::optional<Wakeup> monitor_wakeup;
    Links tell;
    ZmqLinks links;
    asio::steady_timer mending;
    bool is_mending = false;
};

ZmqSocket::ZmqSocket(asio::any_io_executor executor, Kind kind, const Options& options)
    : state_(std::make_shared<State>(std::move(executor), kind)) {
    set_options(state_->socket, kind, options);
}

ZmqSocket::~ZmqSocket() = default;

void ZmqSocket::watch(Links tell) {
    state_->tell = std::move(tell);
    const int events =
        ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECT_RETRIED;
    if (zmq_socket_monitor(state_->socket.handle(), monitor_endpoint, events) != 0) throw zmq::error_t();
    state_->monitor = zmq::socket_t(state_->context, zmq::socket_type::pair);
    state_->monitor.set(zmq::sockopt::linger, 0);
    state_->monitor.connect(monitor_endpoint);
    state_->monitor_wakeup.emplace(state_->executor, state_->monitor);
    watch_next(state_);
}

void ZmqSocket::watch_next(const std::shared_ptr<State>& state) {
    while (const auto event = next_event(state->monitor)) {
        if (event->number == ZMQ_EVENT_CLOSED) state->links.closed(event->endpoint);
        if (event->number == ZMQ_EVENT_CONNECT_RETRIED) state->links.retried(event->endpoint);
        if (event->number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) state->tell(true, event->endpoint);
        if (event->number != ZMQ_EVENT_DISCONNECTED) continue;
        state->links.disconnected(event->endpoint, std::chrono::steady_clock::now());
        state->tell(false, event->endpoint);
    }
    mend_later(state);
    (*state->monitor_wakeup)
        ->async_wait(asio::posix::stream_descriptor::wait_read,
                     [weak = std::weak_ptr(state)](const boost::system::error_code& error) {
                         const auto alive = weak.lock();
                         if (alive && !error) watch_next(alive);
                     });
}

void ZmqSocket::mend_later(const std::shared_ptr<State>& state) {
    if (state->is_mending || !state->links.has_losses()) return;
    state->is_mending = true;
    state->mending.expires_after(ZmqLinks::patience);
    state->mending.async_wait([weak = std::weak_ptr(state)](const boost::system::error_code& error) {
        const auto alive = weak.lock();
        if (!alive || error) return;
        alive->is_mending = false;
        for (const auto& endpoint : alive->links.take_abandoned(std::chrono::steady_clock::now()))
            mend(*alive, endpoint);
        mend_later(alive);
    });
}

// For the library the endpoint is still connected, and a second connect would do nothing.
void ZmqSocket::mend(State& state, const std::string& endpoint) {
    try {
        state.socket.disconnect(endpoint);
    } catch (const zmq::error_t& error) {
        if (error.num() != ENOENT) throw;
    }
    connect(state, endpoint);
}

void ZmqSocket::subscribe(const std::string& prefix) { state_->socket.set(zmq::sockopt::subscribe, prefix); }

void ZmqSocket::connect(const std::string& endpoint) {
    connect(*state_, endpoint);
    state_->links.add(endpoint);
}

void ZmqSocket::connect(State& state, const std::string& endpoint) {
    // Only for an address that must be IPv6: with it on, a name that has both kinds is never tried over IPv4.
    state.socket.set(zmq::sockopt::ipv6, endpoint.find('[') != std::string::npos);
    at_endpoint(endpoint, [&] { state.socket.connect(endpoint); });
}

void ZmqSocket::bind(const std::string& endpoint) {
    state_->socket.set(zmq::sockopt::ipv6, endpoint.find('[') != std::string::npos);
    at_endpoint(endpoint, [&] { state_->socket.bind(endpoint); });
}

std::string ZmqSocket::bound_endpoint() const { return state_->socket.get(zmq::sockopt::last_endpoint); }

void ZmqSocket::set_linger(std::chrono::milliseconds most) {
    state_->socket.set(zmq::sockopt::linger, static_cast<int>(most.count()));
}

// The descriptor wakes on a change only, and every call of the library may swallow that change: what counts is
// ZMQ_EVENTS, asked before each wait. (zmq_getsockopt(3), ZMQ_FD.)
asio::awaitable<void> ZmqSocket::wait_readable() {
    const auto is_readable = [](zmq::socket_t& socket) {
        return (uninterrupted([&] { return socket.get(zmq::sockopt::events); }) & ZMQ_POLLIN) != 0;
    };
    while (!is_readable(state_->socket))
        co_await (*state_->wakeup)->async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
}

bool ZmqSocket::try_receive(Frames& frames) {
    zmq::message_t frame;
    for (frames.count = 0;;) {
        // The library gives a message's later frames together with its first, or none.
        if (!uninterrupted([&] { return state_->socket.recv(frame, zmq::recv_flags::dontwait); })) return false;
        ++frames.count;
        if (frames.count == 1) frames.first = frame.to_string_view();
        if (frames.count == 2) frames.second = frame.to_string_view();
        if (!frame.more()) break;
    }
    if (frames.count < 2) frames.second.clear();
    return true;
}

bool ZmqSocket::try_send(std::string_view topic, std::string_view body) {
    const auto send = [&](std::string_view bytes, zmq::send_flags flags) {
        return uninterrupted([&] {
                   return state_->socket.send(zmq::buffer(bytes.data(), bytes.size()),
                                              flags | zmq::send_flags::dontwait);
               })
            .has_value();
    };
    if (!send(topic, zmq::send_flags::sndmore)) return false;
    // Room is taken by whole messages: where the first frame went the second goes too.
    if (!send(body, zmq::send_flags::none)) throw std::logic_error("zmq took half a message");
    return true;
}

void ZmqSocket::send_to_those_with_room(std::string_view topic, std::string_view body) {
    state_->socket.set(zmq::sockopt::xpub_nodrop, false);
    const bool is_sent = try_send(topic, body);
    state_->socket.set(zmq::sockopt::xpub_nodrop, true);
    if (!is_sent) throw std::logic_error("zmq refused to drop a message");
}

}  // namespace fedmsgbot
