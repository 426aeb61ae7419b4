#include "bridges/timeline/http_server.h"

#include <array>
#include <exception>
#include <set>
#include <string>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include "bot/core/log.h"
#include "bridges/timeline/http_pieces.h"
#include "bridges/timeline/http_reply.h"
#include "bridges/timeline/socket_talk.h"

namespace fedmsgbot {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

using Stream = boost::beast::tcp_stream;
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

http::status refusal_of(const error_code& error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return http::status::request_header_fields_too_large;
    if (error == http::error::body_limit) return http::status::payload_too_large;
    return http::status::bad_request;
}

// The reader has sent something that is no request, as opposed to having gone or gone silent.
bool is_readers_mistake(const error_code& error) {
    static const error_code parser = http::error::bad_method;
    return error.category() == parser.category() && error != http::error::end_of_stream &&
           error != http::error::partial_message;
}

}  // namespace

// Who asked, and what of the answer comes after its head.
struct HttpServer::Stay {
    Origin origin;
    EventSource events;
    BodySource pieces;
    Listener listener;
};

// All connections of a server. Its connections share it.
struct HttpServer::State {
    State(asio::any_io_executor executor, HttpLimits limits, Handler answer, TrustedProxies trusted)
        : limits(limits),
          answer(std::move(answer)),
          trusted(std::move(trusted)),
          acceptor(executor),
          a_guest_left(executor),
          clients(limits.per_client) {}

    static void receive(const std::shared_ptr<State>& state, tcp::socket socket);
    static asio::awaitable<void> host(std::shared_ptr<State> state, tcp::socket socket);
    static asio::awaitable<void> turn_away(std::shared_ptr<State> state, tcp::socket socket);
    static asio::awaitable<void> part(Stream& stream);

    static asio::awaitable<bool> send(std::shared_ptr<State> state, Stream& stream, BeastReply& reply, Stay& stay);
    static asio::awaitable<void> tell(std::shared_ptr<State> state, Stream& stream, const Stay& stay);
    static asio::awaitable<void> talk(std::shared_ptr<State> state, Stream& stream, const BeastRequest& request,
                                      const Stay& stay);

    BeastReply reply_to(const BeastRequest& request, Stay& stay);
    BeastReply refuse(const Stay& stay, http::status status, std::string_view what, std::string_view target);
    void report_slow_reader(const Stay& stay);
    asio::awaitable<void> rest(const error_code& error);
    asio::awaitable<void> close();

    HttpLimits limits;
    Handler answer;
    TrustedProxies trusted;
    tcp::acceptor acceptor;
    std::set<Stream*> guests;
    asio::steady_timer a_guest_left;          // cancelled whenever one did
    std::set<asio::steady_timer*> listeners;  // of streams that wait for something new
    std::size_t streams = 0;
    bool is_closing = false;
    ClientLimits clients;
    log::Limiter full, broken, starved, slow, greedy;
};

namespace {

// Keeps a connection on the list of those that are open.
template <class State>
class Guest {
public:
    Guest(State& state, Stream& stream) : state_(state), stream_(stream) { state_.guests.insert(&stream_); }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    ~Guest() {
        state_.guests.erase(&stream_);
        state_.a_guest_left.cancel();
    }

private:
    State& state_;
    Stream& stream_;
};

class Counted {
public:
    explicit Counted(std::size_t& number) : number_(number) { ++number_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --number_; }

private:
    std::size_t& number_;
};

void report(const std::exception_ptr& failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log::error("timeline.connection_broke", {{"why", error.what()}});
    }
}

}  // namespace

HttpServer::HttpServer(asio::any_io_executor executor, HttpLimits limits, Handler answer, TrustedProxies trusted)
    : state_(std::make_shared<State>(std::move(executor), limits, std::move(answer), std::move(trusted))) {}

HttpServer::~HttpServer() = default;

void HttpServer::listen(const tcp::endpoint& endpoint) {
    auto& acceptor = state_->acceptor;
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
}

asio::awaitable<void> HttpServer::run() {
    const auto state = state_;
    co_await asio::this_coro::throw_if_cancelled(false);
    while (true) {
        auto [error, socket] = co_await state->acceptor.async_accept(as_values);
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) break;
        if (error)
            co_await state->rest(error);
        else
            State::receive(state, std::move(socket));
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await state->close();
}

void HttpServer::announce() {
    for (auto* listener : state_->listeners) listener->cancel();
}

std::size_t HttpServer::connections() const { return state_->guests.size(); }

void HttpServer::State::receive(const std::shared_ptr<State>& state, tcp::socket socket) {
    constexpr std::size_t most_turned_away = 64;  // with an answer; the others just find the door shut
    const auto executor = state->acceptor.get_executor();
    const auto guests = state->guests.size();
    if (guests < state->limits.connections) {
        asio::co_spawn(executor, host(state, std::move(socket)), report);
        return;
    }
    std::uint64_t held_back = 0;
    if (state->full.admits(held_back)) log::warn("timeline.full", {{"connections", guests}, {"held_back", held_back}});
    if (guests < state->limits.connections + most_turned_away)
        asio::co_spawn(executor, turn_away(state, std::move(socket)), report);
}

asio::awaitable<void> HttpServer::State::host(std::shared_ptr<State> state, tcp::socket socket) {
    Stream stream(std::move(socket));
    const Guest<State> guest(*state, stream);
    boost::beast::flat_buffer buffer(state->limits.header_bytes + 1024);
    error_code gone;
    const auto peer = stream.socket().remote_endpoint(gone).address();
    bool goes_on = true;
    while (goes_on) {
        http::request_parser<http::empty_body> parser;
        parser.header_limit(static_cast<std::uint32_t>(state->limits.header_bytes));
        stream.expires_after(state->limits.request_time);
        const auto [error, size] = co_await http::async_read_header(stream, buffer, parser, as_values);
        if (error && !is_readers_mistake(error)) co_return;
        Stay stay;
        stay.origin.client = peer;
        BeastReply reply = error ? make_refusal(refusal_of(error)) : state->reply_to(parser.get(), stay);
        if (stay.listener) {
            co_await talk(state, stream, parser.get(), stay);
            co_return;
        }
        // A body is of no use here and is not read; so the next request could not be found behind it.
        if (!parser.is_done()) reply.keep_alive(false);
        goes_on = !error && reply.keep_alive();
        const bool is_sent = co_await send(state, stream, reply, stay);
        if (!is_sent) co_return;
        if (stay.events) {
            co_await tell(state, stream, stay);
            co_return;
        }
    }
    co_await part(stream);
}

// False when the reader has gone.
asio::awaitable<bool> HttpServer::State::send(std::shared_ptr<State> state, Stream& stream, BeastReply& reply,
                                              Stay& stay) {
    stream.expires_after(state->limits.answer_time);
    if (!stay.pieces) {
        const auto [failure, written] = co_await http::async_write(stream, reply, as_values);
        co_return !failure;
    }
    http::response_serializer<http::string_body> head(reply);
    const auto [failure, written] = co_await http::async_write_header(stream, head, as_values);
    if (failure) co_return false;
    const PieceSending sending{reply.chunked(), state->limits.answer_time, state->is_closing};
    const bool is_sent = co_await send_pieces(stream, stay.pieces, sending);
    co_return is_sent;
}

asio::awaitable<void> HttpServer::State::tell(std::shared_ptr<State> state, Stream& stream, const Stay& stay) {
    const Counted counted(state->streams);
    const ClientStream of_client(state->clients, stay.origin.client);
    // A comment. No empty line behind it: Mastodon.py takes that for the end of an event, and breaks off.
    const auto heartbeat = std::make_shared<const std::string>(":thump\n");
    asio::steady_timer pause(state->acceptor.get_executor());
    while (!state->is_closing) {
        std::shared_ptr<const std::string> text = stay.events();
        if (!text || text->empty()) {
            pause.expires_after(state->limits.heartbeat);
            state->listeners.insert(&pause);
            const auto [woken] = co_await pause.async_wait(as_values);
            state->listeners.erase(&pause);
            if (woken) continue;
            text = heartbeat;
        }
        stream.expires_after(state->limits.event_time);
        const auto [failure, written] = co_await asio::async_write(stream, asio::buffer(*text), as_values);
        if (!failure) continue;
        if (failure == boost::beast::error::timeout) state->report_slow_reader(stay);
        co_return;
    }
}

asio::awaitable<void> HttpServer::State::talk(std::shared_ptr<State> state, Stream& stream, const BeastRequest& request,
                                              const Stay& stay) {
    const Counted counted(state->streams);
    const ClientStream of_client(state->clients, stay.origin.client);
    const SocketTalk::Limits limits{state->limits.event_time, state->limits.heartbeat};
    SocketTalk socket(stream, limits, stay.events, stay.listener, state->listeners);
    const auto end = co_await socket.run(request);
    if (end == SocketTalk::End::too_slow) state->report_slow_reader(stay);
}

void HttpServer::State::report_slow_reader(const Stay& stay) {
    std::uint64_t held_back = 0;
    if (slow.admits(held_back))
        log::info("timeline.reader_dropped",
                  {{"why", "too slow"}, {"client", stay.origin.client.to_string()}, {"held_back", held_back}});
}

asio::awaitable<void> HttpServer::State::turn_away(std::shared_ptr<State> state, tcp::socket socket) {
    Stream stream(std::move(socket));
    const Guest<State> guest(*state, stream);
    BeastReply reply = make_refusal(http::status::service_unavailable);
    stream.expires_after(2s);
    const auto [failure, written] = co_await http::async_write(stream, reply, as_values);
    if (!failure) co_await part(stream);
}

// A socket that is closed with unread input resets the connection, and the reader may lose the answer over it: so the
// rest of the input is read for a moment.
asio::awaitable<void> HttpServer::State::part(Stream& stream) {
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> rest{};
    stream.expires_after(2s);
    for (std::size_t total = 0; total < 262144;) {
        const auto [error, size] = co_await stream.async_read_some(asio::buffer(rest), as_values);
        if (error) co_return;
        total += size;
    }
}

BeastReply HttpServer::State::reply_to(const BeastRequest& request, Stay& stay) {
    const auto target = std::string(request.target());
    if (request.method() == http::verb::options && is_for_programs(target)) return make_preflight();
    const bool is_get = request.method() == http::verb::get;
    if (!is_get && request.method() != http::verb::head) return make_refusal(http::status::method_not_allowed, target);
    if (target.size() > limits.target_bytes) return make_refusal(http::status::uri_too_long, target);
    if (request.version() >= 11 && request.find(http::field::host) == request.end())
        return make_refusal(http::status::bad_request, target);
    stay.origin = origin_of(stay.origin.client, forwarded_headers(request), trusted);
    const auto& client = stay.origin.client;
    // Of loopback, nobody knows how many readers it stands for.
    const bool is_limited = !client.is_loopback() && !trusted.trusts(client);
    if (is_limited && !clients.admits_request(client, ClientLimits::Clock::now()))
        return refuse(stay, http::status::too_many_requests, "requests", target);
    try {
        const auto last_event_id = request["Last-Event-ID"];
        const bool is_socket = is_get && boost::beast::websocket::is_upgrade(request);
        const PageRequest asked{target, std::string(last_event_id), stay.origin.base_url, is_socket};
        auto made = answer(asked);
        if (made.events && streams >= limits.streams) return make_refusal(http::status::service_unavailable, target);
        if (made.events && is_limited && !clients.admits_stream(client))
            return refuse(stay, http::status::too_many_requests, "streams", target);
        if (is_get) {
            stay.events = made.events;
            stay.pieces = made.pieces;
            stay.listener = made.listener;
        }
        return make_reply(request, std::move(made));
    } catch (const std::exception& error) {
        std::uint64_t held_back = 0;
        if (broken.admits(held_back))
            log::error("timeline.answer_failed", {{"why", error.what()}, {"held_back", held_back}});
        return make_refusal(http::status::internal_server_error, target);
    }
}

BeastReply HttpServer::State::refuse(const Stay& stay, http::status status, std::string_view what,
                                     std::string_view target) {
    std::uint64_t held_back = 0;
    if (greedy.admits(held_back))
        log::warn("timeline.client_refused", {{"client", stay.origin.client.to_string()},
                                              {"why", fmt::format("too many {}", what)},
                                              {"held_back", held_back}});
    return make_refusal(status, target);
}

// Mostly out of descriptors: others must close theirs first.
asio::awaitable<void> HttpServer::State::rest(const error_code& error) {
    std::uint64_t held_back = 0;
    if (starved.admits(held_back))
        log::warn("timeline.accept_failed", {{"why", error.message()}, {"held_back", held_back}});
    asio::steady_timer pause(acceptor.get_executor(), 200ms);
    co_await pause.async_wait(as_values);
}

asio::awaitable<void> HttpServer::State::close() {
    error_code ignored;
    acceptor.close(ignored);
    is_closing = true;
    for (auto* listener : listeners) listener->cancel();
    for (auto* stream : guests) stream->close();
    while (!guests.empty()) {
        a_guest_left.expires_after(1h);
        co_await a_guest_left.async_wait(as_values);
    }
}

}  // namespace fedmsgbot
