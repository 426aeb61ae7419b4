#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace fedmsgbot::testing {

// An IRC server that does on demand what real ones do only at bad times. It lives in the test's own loop, and must be
// destroyed before it. Each client is served by the script; the connection is closed where that ends.
class ScriptedIrcd {
public:
    class Client {
    public:
        Client(boost::asio::ip::tcp::socket socket, std::vector<std::string>& heard, int number)
            : socket_(std::move(socket)), heard_(heard), number_(number) {}

        int number() const { return number_; }  // of the connection, from 1
        const std::string& nick() const { return nick_; }
        std::string address() const;  // that it comes from
        std::string prefix() const { return nick_ + "!bot@host.example"; }

        boost::asio::awaitable<std::optional<std::string>> read();  // nothing when the client has gone
        // Reads up to a line that begins so and returns it; empty when the client has gone.
        boost::asio::awaitable<std::string> read_until(std::string beginning);
        boost::asio::awaitable<void> send(std::string line);  // with CR LF
        boost::asio::awaitable<void> send_bytes(std::string bytes);

        // Registration up to 001 and 005.
        boost::asio::awaitable<void> welcome();
        // Its two halves: NICK and USER are heard; the client is in.
        boost::asio::awaitable<void> meet();
        boost::asio::awaitable<void> admit();
        // Behaves: answers PING, JOIN, MODE, NICK; up to a line that begins so (which is returned unanswered), or until
        // the client has gone.
        boost::asio::awaitable<std::string> serve(std::string until = "\n");
        // Says nothing and heeds nothing until the client has gone, as a dead link does.
        boost::asio::awaitable<void> be_silent();

    private:
        boost::asio::awaitable<void> answer(const std::string& line);

        boost::asio::ip::tcp::socket socket_;
        std::vector<std::string>& heard_;
        std::string buffer_;
        std::string nick_;
        int number_;
    };
    using Script = std::function<boost::asio::awaitable<void>(Client&)>;

    ScriptedIrcd(boost::asio::io_context& loop, Script script);
    ~ScriptedIrcd();

    std::uint16_t port() const;
    int connections() const;
    const std::vector<std::string>& heard() const;  // all lines of all clients
    std::vector<std::string> said() const;          // the texts among them
    std::size_t heard_count(const std::string& beginning) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
