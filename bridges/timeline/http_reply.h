#pragma once

#include <string_view>

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

// For requests that never become a page: refused, or not understood. In JSON where the address is for programs, and
// open to the scripts of other sites then.
BeastReply make_refusal(boost::beast::http::status status, std::string_view target = {});

// What a browser asks before it lets a script of another site send a header of its own: it may, where the address is
// for programs.
BeastReply make_preflight();

// What its headers say that proxies did with it.
ForwardedHeaders forwarded_headers(const BeastRequest& request);

}  // namespace fedmsgbot
