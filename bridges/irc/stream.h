#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>

#include "bridges/irc/ending.h"
#include "bridges/irc/irc_settings.h"

namespace fedmsgbot {

// A connection to a server, plain or TLS, as bytes. One thread; at most one read and one write at a time.
class Stream {
public:
    using Read = std::tuple<boost::system::error_code, std::size_t>;

    Stream(boost::asio::any_io_executor executor, boost::asio::ssl::context context);

    // Each of the host's addresses in turn. What went wrong, or empty. Never throws but when already cancelled.
    boost::asio::awaitable<std::string> connect(const IrcSettings& settings);
    // Checks chain and name as the settings say. What went wrong, or nothing.
    boost::asio::awaitable<std::optional<Ending>> shake_hands(const IrcSettings& settings);

    boost::asio::awaitable<Read> read(boost::asio::mutable_buffer buffer);
    boost::asio::awaitable<boost::system::error_code> write(const std::string& bytes);
    void close();

    std::string describe() const;  // `TLSv1.3`, `plain`

private:
    boost::asio::awaitable<std::string> try_address(boost::asio::ip::tcp::endpoint address,
                                                    const IrcSettings& settings);

    boost::asio::any_io_executor executor_;
    boost::asio::ssl::context context_;
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    bool is_tls_ = false;
};

// Problems of the CA file are told in `why`.
std::unique_ptr<Stream> make_stream(boost::asio::any_io_executor executor, const IrcSettings& settings,
                                    std::string& why);

}  // namespace fedmsgbot
