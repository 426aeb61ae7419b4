#include "tests/support/publisher.h"

#include <algorithm>

#include <fmt/format.h>
#include <zmq.hpp>

#include "tests/support/world.h"

namespace fedmsgbot::testing {

namespace {

bool waits(zmq::socket_t& socket, std::chrono::milliseconds most) {
    zmq::pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
    return zmq::poll(&item, 1, most) > 0;
}

}  // namespace

std::string fedmsg(std::string_view topic, std::uint64_t i, std::string_view username, std::string_view msg) {
    return fmt::format(
        R"({{"i":{},"msg":{},"msg_id":"2026-{}-{}","timestamp":1700000000,"topic":"{}","username":"{}"}})", i, msg,
        username, i, topic, username);
}

struct BusPublisher::State {
    zmq::context_t context{1};
    zmq::socket_t socket;
    std::string endpoint;
    std::size_t subscriptions = 0;
};

BusPublisher::BusPublisher(std::string endpoint, Kind kind, int high_water_mark) : state_(std::make_unique<State>()) {
    const auto type = kind == Kind::xpub ? zmq::socket_type::xpub : zmq::socket_type::pub;
    state_->socket = zmq::socket_t(state_->context, type);
    state_->socket.set(zmq::sockopt::sndhwm, high_water_mark);
    state_->socket.set(zmq::sockopt::linger, 0);
    // The port of a publisher that has just closed may take a moment to be free again.
    const auto binds = [&] {
        try {
            state_->socket.bind(endpoint);
            return true;
        } catch (const zmq::error_t& error) {
            if (error.num() != EADDRINUSE) throw;
            return false;
        }
    };
    if (!eventually(binds)) throw std::runtime_error("cannot bind " + endpoint);
    state_->endpoint = state_->socket.get(zmq::sockopt::last_endpoint);
}

BusPublisher::BusPublisher(std::unique_ptr<State> state) : state_(std::move(state)) {}

BusPublisher BusPublisher::connected(const std::string& endpoint) {
    auto state = std::make_unique<State>();
    state->socket = zmq::socket_t(state->context, zmq::socket_type::xpub);
    state->socket.set(zmq::sockopt::sndhwm, 0);
    state->socket.set(zmq::sockopt::linger, 0);
    state->socket.connect(endpoint);
    state->endpoint = endpoint;
    return BusPublisher(std::move(state));
}

BusPublisher::BusPublisher(BusPublisher&&) noexcept = default;
BusPublisher& BusPublisher::operator=(BusPublisher&&) noexcept = default;
BusPublisher::~BusPublisher() = default;

const std::string& BusPublisher::endpoint() const { return state_->endpoint; }

bool BusPublisher::sees_subscriptions(std::size_t count, std::chrono::milliseconds most) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (state_->subscriptions < count) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (!waits(state_->socket, std::max(left, std::chrono::milliseconds(0)))) return false;
        zmq::message_t frame;
        const auto size = state_->socket.recv(frame);
        if (size && *size > 0 && frame.to_string_view()[0] == '\1') ++state_->subscriptions;
    }
    return true;
}

void BusPublisher::send(const std::vector<std::string>& frames) {
    for (std::size_t n = 0; n < frames.size(); ++n) {
        const auto flags = n + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
        state_->socket.send(zmq::buffer(frames[n].data(), frames[n].size()), flags);
    }
}

void BusPublisher::send(std::string_view topic, std::string_view body) {
    state_->socket.send(zmq::buffer(topic.data(), topic.size()), zmq::send_flags::sndmore);
    state_->socket.send(zmq::buffer(body.data(), body.size()), zmq::send_flags::none);
}

struct BusSubscriber::State {
    zmq::context_t context{1};
    zmq::socket_t socket{context, zmq::socket_type::sub};
};

BusSubscriber::BusSubscriber(const std::string& endpoint, const std::vector<std::string>& prefixes)
    : state_(std::make_unique<State>()) {
    state_->socket.set(zmq::sockopt::rcvhwm, 0);
    state_->socket.set(zmq::sockopt::linger, 0);
    state_->socket.set(zmq::sockopt::reconnect_ivl, 5);
    for (const auto& prefix : prefixes) state_->socket.set(zmq::sockopt::subscribe, prefix);
    state_->socket.connect(endpoint);
}

BusSubscriber::BusSubscriber(BusSubscriber&&) noexcept = default;
BusSubscriber::~BusSubscriber() = default;

std::optional<std::vector<std::string>> BusSubscriber::receive(std::chrono::milliseconds most) {
    if (!waits(state_->socket, most)) return std::nullopt;
    std::vector<std::string> frames;
    zmq::message_t frame;
    do {
        if (!state_->socket.recv(frame)) return std::nullopt;
        frames.push_back(frame.to_string());
    } while (frame.more());
    return frames;
}

}  // namespace fedmsgbot::testing
