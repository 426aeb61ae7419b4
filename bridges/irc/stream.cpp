#include "bridges/irc/stream.h"

#include <netinet/tcp.h>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> pass(asio::any_io_executor executor, std::chrono::milliseconds time) {
    asio::steady_timer timer(executor, time);
    co_await timer.async_wait(as_values);
}

asio::awaitable<error_code> opened(tcp::socket& socket, tcp::endpoint address) {
    const auto [error] = co_await socket.async_connect(address, as_values);
    co_return error;
}

asio::awaitable<error_code> shaken(asio::ssl::stream<tcp::socket>& stream) {
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_values);
    co_return error;
}

// A stalled peer must not keep the bot from ending, so sockets are closed without waiting for TLS' own good-bye.
void set_manners(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

// Servers write each answer by itself and wait for our acknowledgement of one before the next leaves; delayed by the
// usual 40 ms, that alone would hold delivery down to some 1,000 lines a second. The kernel forgets the option.
void acknowledge_at_once([[maybe_unused]] tcp::socket& socket) {
#ifdef TCP_QUICKACK
    error_code ignored;
    socket.set_option(asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_QUICKACK>(true), ignored);
#endif
}

}  // namespace

std::unique_ptr<Stream> make_stream(asio::any_io_executor executor, const IrcSettings& settings, std::string& why) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    if (settings.tls && settings.tls_verify) {
        error_code error;
        if (settings.ca_file.empty())
            context.set_default_verify_paths(error);
        else
            context.load_verify_file(settings.ca_file.string(), error);
        if (error) {
            why = fmt::format("cannot read the certificates of {}: {}",
                              settings.ca_file.empty() ? "the system" : settings.ca_file.string(), error.message());
            return nullptr;
        }
    }
    if (settings.tls && !settings.cert_file.empty()) {
        const auto& key_file = settings.key_file.empty() ? settings.cert_file : settings.key_file;
        error_code error;
        context.use_certificate_chain_file(settings.cert_file.string(), error);
        if (!error) context.use_private_key_file(key_file.string(), asio::ssl::context::pem, error);
        if (error) {
            why = fmt::format("cannot use the certificate {} with the key {}: {}", settings.cert_file.string(),
                              key_file.string(), error.message());
            return nullptr;
        }
    }
    return std::make_unique<Stream>(std::move(executor), std::move(context));
}

Stream::Stream(asio::any_io_executor executor, asio::ssl::context context)
    : executor_(executor), context_(std::move(context)), stream_(executor, context_) {}

asio::awaitable<std::string> Stream::try_address(tcp::endpoint address, const IrcSettings& settings) {
    auto& socket = stream_.next_layer();
    error_code ignored;
    socket.close(ignored);
    if (!settings.bind.empty()) {
        const auto source = asio::ip::make_address(settings.bind);
        if (source.is_v6() != address.address().is_v6()) co_return "it is of another kind than " + settings.bind;
        error_code error;
        socket.open(address.protocol(), error);
        if (!error) socket.bind(tcp::endpoint(source, 0), error);
        if (error) co_return "cannot use the address " + settings.bind + ": " + error.message();
    }
    const auto result = co_await (opened(socket, address) || pass(executor_, settings.timings.connect));
    if (result.index() == 1) co_return "no answer";
    const auto error = std::get<0>(result);
    if (error) co_return error.message();
    set_manners(socket);
    co_return std::string{};
}

asio::awaitable<std::string> Stream::connect(const IrcSettings& settings) {
    tcp::resolver resolver(executor_);
    const auto port = std::to_string(settings.port);
    const auto [error, found] = co_await resolver.async_resolve(settings.server, port, as_values);
    if (error) co_return fmt::format("cannot find {}: {}", settings.server, error.message());
    std::string why = "the name has no address";
    for (const auto& entry : found) {
        const auto address = entry.endpoint();
        const auto trouble = co_await try_address(address, settings);
        if (trouble.empty()) co_return std::string{};
        why = fmt::format("cannot connect to {} port {}: {}", address.address().to_string(), port, trouble);
    }
    co_return why;
}

asio::awaitable<std::optional<Ending>> Stream::shake_hands(const IrcSettings& settings) {
    is_tls_ = true;
    std::string doubt;  // says more than OpenSSL's "certificate verify failed"
    const asio::ssl::host_name_verification name_is_right(settings.server);
    if (!is_address(settings.server)) SSL_set_tlsext_host_name(stream_.native_handle(), settings.server.c_str());
    stream_.set_verify_mode(settings.tls_verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
    stream_.set_verify_callback([&](bool chain_is_good, asio::ssl::verify_context& context) {
        if (!settings.tls_verify) return true;
        if (!chain_is_good)
            doubt = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.native_handle()));
        else if (!name_is_right(true, context))
            doubt = "it was not made for " + settings.server;
        return doubt.empty();
    });
    const auto result = co_await (shaken(stream_) || pass(executor_, settings.timings.connect));
    // What the callback looks at ends here.
    stream_.set_verify_callback([](bool is_good, asio::ssl::verify_context&) { return is_good; });
    if (result.index() == 1) co_return Ending(Ending::Kind::lost, "TLS: no answer");
    const auto error = std::get<0>(result);
    if (!error) co_return std::nullopt;
    if (!doubt.empty()) co_return Ending(Ending::Kind::refused, "TLS: the server's certificate is refused: " + doubt);
    // A server that is just restarting resets the connection; what OpenSSL finds wrong stays wrong.
    const bool stays = error.category() == asio::error::get_ssl_category();
    co_return Ending(stays ? Ending::Kind::refused : Ending::Kind::lost, "TLS: " + error.message());
}

asio::awaitable<Stream::Read> Stream::read(asio::mutable_buffer buffer) {
    acknowledge_at_once(stream_.next_layer());
    if (is_tls_) co_return co_await stream_.async_read_some(buffer, as_values);
    co_return co_await stream_.next_layer().async_read_some(buffer, as_values);
}

asio::awaitable<error_code> Stream::write(const std::string& bytes) {
    const auto buffer = asio::buffer(bytes);
    if (is_tls_) {
        const auto [error, count] = co_await asio::async_write(stream_, buffer, as_values);
        co_return error;
    }
    const auto [error, count] = co_await asio::async_write(stream_.next_layer(), buffer, as_values);
    co_return error;
}

void Stream::close() {
    error_code ignored;
    stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.next_layer().close(ignored);
}

std::string Stream::describe() const {
    return is_tls_ ? SSL_get_version(const_cast<Stream*>(this)->stream_.native_handle()) : "plain";
}

}  // namespace fedmsgbot
