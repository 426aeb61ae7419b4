#include "tests/support/scripted_ircd.h"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace fedmsgbot::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

std::string word(const std::string& line, std::size_t n) {
    std::size_t begin = 0;
    for (; n > 0 && begin != std::string::npos; --n) begin = line.find(' ', begin) + 1;
    return line.substr(begin, line.find(' ', begin) - begin);
}

std::string rest_of(const std::string& line) {
    const auto text = line.substr(line.find(' ') + 1);
    return text.starts_with(':') ? text.substr(1) : text;
}

}  // namespace

// Shared with the coroutines, which may end after the ircd.
struct ScriptedIrcd::State {
    State(asio::io_context& io, Script all) : loop(io), acceptor(io), script(std::move(all)) {}

    asio::io_context& loop;
    tcp::acceptor acceptor;
    Script script;
    std::vector<std::string> heard;
    int connections = 0;

    static asio::awaitable<void> accept(std::shared_ptr<State> state);
    static asio::awaitable<void> serve(std::shared_ptr<State> state, std::shared_ptr<Client> client);
};

asio::awaitable<void> ScriptedIrcd::State::serve(std::shared_ptr<State> state, std::shared_ptr<Client> client) {
    co_await state->script(*client);
}

asio::awaitable<void> ScriptedIrcd::State::accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
        auto [error, socket] = co_await state->acceptor.async_accept(as_values);
        if (error) co_return;
        auto client = std::make_shared<Client>(std::move(socket), state->heard, ++state->connections);
        // A script's mistake is the test's: it comes out of the loop's run().
        asio::co_spawn(state->loop, serve(state, client), [client](std::exception_ptr trouble) {
            if (trouble) std::rethrow_exception(trouble);
        });
    }
}

ScriptedIrcd::ScriptedIrcd(asio::io_context& loop, Script script)
    : state_(std::make_shared<State>(loop, std::move(script))) {
    auto& acceptor = state_->acceptor;
    acceptor.open(tcp::v4());
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    asio::co_spawn(loop, State::accept(state_), [](std::exception_ptr trouble) {
        if (trouble) std::rethrow_exception(trouble);
    });
}

ScriptedIrcd::~ScriptedIrcd() { state_->acceptor.close(); }

std::uint16_t ScriptedIrcd::port() const { return state_->acceptor.local_endpoint().port(); }
int ScriptedIrcd::connections() const { return state_->connections; }
const std::vector<std::string>& ScriptedIrcd::heard() const { return state_->heard; }

std::vector<std::string> ScriptedIrcd::said() const {
    std::vector<std::string> texts;
    for (const auto& line : heard())
        if (line.starts_with("NOTICE ") || line.starts_with("PRIVMSG "))
            texts.push_back(line.substr(line.find(':') + 1));
    return texts;
}

std::size_t ScriptedIrcd::heard_count(const std::string& beginning) const {
    return static_cast<std::size_t>(
        std::count_if(heard().begin(), heard().end(), [&](const auto& line) { return line.starts_with(beginning); }));
}

std::string ScriptedIrcd::Client::address() const { return socket_.remote_endpoint().address().to_string(); }

asio::awaitable<std::optional<std::string>> ScriptedIrcd::Client::read() {
    for (auto end = buffer_.find("\r\n"); end == std::string::npos; end = buffer_.find("\r\n")) {
        char bytes[4096];
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(bytes), as_values);
        if (error) co_return std::nullopt;
        buffer_.append(bytes, count);
    }
    const auto end = buffer_.find("\r\n");
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    heard_.push_back(line);
    co_return line;
}

asio::awaitable<std::string> ScriptedIrcd::Client::read_until(std::string beginning) {
    while (true) {
        const auto line = co_await read();
        if (!line) co_return std::string{};
        if (line->starts_with(beginning)) co_return *line;
    }
}

asio::awaitable<void> ScriptedIrcd::Client::send(std::string line) {
    std::string bytes = std::move(line) + "\r\n";
    co_await send_bytes(std::move(bytes));
}

asio::awaitable<void> ScriptedIrcd::Client::send_bytes(std::string bytes) {
    co_await asio::async_write(socket_, asio::buffer(bytes), as_values);
}

asio::awaitable<void> ScriptedIrcd::Client::welcome() {
    co_await meet();
    co_await admit();
}

asio::awaitable<void> ScriptedIrcd::Client::meet() {
    const auto nick = co_await read_until("NICK ");
    nick_ = rest_of(nick);
    co_await read_until("USER ");
}

asio::awaitable<void> ScriptedIrcd::Client::admit() {
    co_await send(":irc.example 001 " + nick_ + " :Welcome");
    co_await send(":irc.example 005 " + nick_ + " CASEMAPPING=rfc1459 PREFIX=(ov)@+ :are supported");
    co_await send(":irc.example 422 " + nick_ + " :no MOTD");
}

asio::awaitable<std::string> ScriptedIrcd::Client::serve(std::string until) {
    while (true) {
        const auto line = co_await read();
        if (!line) co_return std::string{};
        if (line->starts_with(until)) co_return *line;
        if (line->starts_with("QUIT ")) co_return std::string{};
        co_await answer(*line);
    }
}

asio::awaitable<void> ScriptedIrcd::Client::answer(const std::string& line) {
    const auto command = word(line, 0);
    if (command == "PING") co_await send(":irc.example PONG irc.example :" + rest_of(line));
    if (command == "JOIN") {
        co_await send(":" + prefix() + " JOIN " + rest_of(line));
        co_await send(":irc.example 353 " + nick_ + " = " + rest_of(line) + " :@someone " + nick_);
    }
    if (command == "MODE" && word(line, 1).starts_with('#'))
        co_await send(":irc.example 324 " + nick_ + " " + word(line, 1) + " +nt");
    if (command == "NICK") {
        co_await send(":" + prefix() + " NICK " + rest_of(line));
        nick_ = rest_of(line);
    }
}

asio::awaitable<void> ScriptedIrcd::Client::be_silent() {
    char bytes[4096];
    while (true) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(bytes), as_values);
        if (error) co_return;
    }
}

}  // namespace fedmsgbot::testing
