#pragma once

#include <chrono>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/http/http_client.h"
#include "bridges/microblog/microblog_api.h"

namespace fedmsgbot {

// The requests of one account: each ends within its own time, and within what is left of a delivery's. One thread.
class ApiClient {
public:
    ApiClient(boost::asio::any_io_executor executor, std::chrono::milliseconds timeout);

    boost::asio::awaitable<HttpResult> send(HttpRequest request, MicroblogApi::Deadline until);

private:
    HttpClient http_;
    std::chrono::milliseconds timeout_;
};

// Answered, and with a yes.
bool is_good(const HttpResult& result);

// Whether it tells what the server has to say, be it no: not where it is gone, in trouble or asks for patience.
bool is_verdict(const HttpResult& result);

// A page of the account's posts, as it came in an answer.
OwnPosts page_of(std::vector<OwnPost> posts, const HttpResponse& response);
// Of a look at the account that gave no page; `attempt` is what its answer means to the kind.
OwnPosts no_page(Attempt attempt);

}  // namespace fedmsgbot
