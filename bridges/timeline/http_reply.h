#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "bridges/timeline/forwarded.h"
#include "bridges/timeline/page_request.h"

namespace fedmsgbot {

using BeastRequest = boost::beast::http::request<boost::beast::http::empty_body>;
using BeastReply = boost::beast::http::response<boost::beast::http::string_body>;

// Dresses an answer for the wire: safety headers on everything, an ETag on what is there, 304 where the reader has it
// already, compression where the reader can undo it, no body for HEAD.
BeastReply make_reply(const BeastRequest& request, PageAnswer answer);

// For requests that never become a page: refused, or not understood.
BeastReply make_refusal(boost::beast::http::status status);

// What its headers say that proxies did with it.
ForwardedHeaders forwarded_headers(const BeastRequest& request);

}  // namespace fedmsgbot
