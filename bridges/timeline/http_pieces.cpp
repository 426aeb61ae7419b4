#include "bridges/timeline/http_pieces.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

template <class Buffers>
asio::awaitable<bool> write(boost::beast::tcp_stream& stream, const Buffers& buffers) {
    const auto [failure, written] = co_await asio::async_write(stream, buffers, as_values);
    co_return !failure;
}

}  // namespace

asio::awaitable<bool> send_pieces(boost::beast::tcp_stream& stream, const BodySource& pieces,
                                  const PieceSending& sending) {
    while (!sending.is_closing) {
        const auto piece = pieces();
        stream.expires_after(sending.piece_time);
        if (!piece && !sending.is_chunked) co_return true;
        if (!piece) {
            const auto end = http::make_chunk_last();
            const bool is_sent = co_await write(stream, end);
            co_return is_sent;
        }
        if (piece->empty()) {
            co_await asio::post(stream.get_executor(), asio::use_awaitable);
            continue;
        }
        const auto text = asio::const_buffer(piece->data(), piece->size());
        bool is_sent = false;
        if (sending.is_chunked) {
            const auto chunk = http::make_chunk(text);
            is_sent = co_await write(stream, chunk);
        } else {
            is_sent = co_await write(stream, text);
        }
        if (!is_sent) co_return false;
    }
    co_return false;
}

}  // namespace fedmsgbot
