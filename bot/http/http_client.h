#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace fedmsgbot {

struct HttpRequest {
    HttpRequest(std::string method, std::string url) : method(std::move(method)), url(std::move(url)) {}

    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds connect_timeout{10000};
    std::chrono::milliseconds timeout{20000};  // from the start to the last byte of the answer
    bool is_https_only = false;                // also where it is redirected to
    std::size_t max_answer = 4 * 1024 * 1024;  // bytes of body
};

struct HttpResponse {
    // Of one header; empty where it is absent. `name` in lower case.
    const std::string& header(const std::string& name) const;

    int status = 0;                              // 0: there was none
    std::map<std::string, std::string> headers;  // names in lower case; the last one where a name is repeated
    std::string body;
};

// How a request ended. What matters most to whoever posts is whether the server may have acted on it.
struct HttpResult {
    enum class Kind {
        answered,   // whole, with any status
        not_sent,   // not a byte of it left: surely without effect
        unknown,    // it broke or took too long after it left; `response` holds what had come, perhaps a status
        cancelled,  // likewise unknown, and the caller is being cancelled: it must not wait any more
    };

    Kind kind = Kind::not_sent;
    HttpResponse response;
    bool is_too_large = false;  // it broke because the answer was larger than asked for
    std::string why;            // for a log line; empty when answered
};

// Asks web servers: the only place that knows libcurl, driven by the executor's own event loop, so that no request
// ever blocks it. As curl's users expect: proxies by environment, certificates checked against the system's or against
// SSL_CERT_FILE, only http and https. Redirects are followed for GET alone, five at most: a POST that went elsewhere
// would be a surprise. A POST gets a connection of its own, because curl silently repeats a request whose kept
// connection turns out dead, and a repeated post is what must not happen. Every request says `fedmsgbot/VERSION`.
// One thread; the executor's loop must outlive it. It may die while requests are under way: they go on to their end.
class HttpClient {
public:
    explicit HttpClient(boost::asio::any_io_executor executor);
    ~HttpClient();

    boost::asio::awaitable<HttpResult> send(HttpRequest request);

    // Shared with the requests under way alone, so that curl's own state outlives the last of them.
    struct State;

private:
    std::shared_ptr<State> state_;
};

// As application/x-www-form-urlencoded.
std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields);
std::string percent_encode(const std::string& text);

}  // namespace fedmsgbot
