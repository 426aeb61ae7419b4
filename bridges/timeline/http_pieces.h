#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "bridges/timeline/page_request.h"

namespace fedmsgbot {

// How a body of pieces goes out.
struct PieceSending {
    bool is_chunked = true;                // else the connection's end is the body's
    std::chrono::milliseconds piece_time;  // to take a piece
    const bool& is_closing;                // the server's
};

// Sends all pieces behind a head that has gone out, and lets the executor's other work have its turn where a piece is
// not ready. False when the reader has gone, or the server is closing. What the source throws comes through: the body
// is then seen to have no end.
boost::asio::awaitable<bool> send_pieces(boost::beast::tcp_stream& stream, const BodySource& pieces,
                                         const PieceSending& sending);

}  // namespace fedmsgbot
