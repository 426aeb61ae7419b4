#include "bot/http/http_client.h"

#include "bot/core/text.h"
#include "bot/core/version.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>

namespace fedmsgbot {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t max_header_bytes = 64 * 1024;
constexpr long max_redirects = 5;

// Once for the process, before the first handle is made.
void start_curl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

// One of curl's sockets. It is our duplicate that the event loop watches: curl may close its own at any moment, and a
// number that is closed and used again must not confuse the loop.
struct Watch {
    Watch(const asio::any_io_executor& executor, int descriptor) : descriptor(executor, descriptor) {}

    asio::posix::stream_descriptor descriptor;
    int wanted = 0;  // CURL_POLL_IN, CURL_POLL_OUT
    bool is_reading = false;
    bool is_writing = false;
};

struct CloseMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct CloseEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class Transfer;

}  // namespace

// The event loop's side of curl: it says when a socket is ready or a time has come, and curl says what to watch.
struct HttpClient::State : std::enable_shared_from_this<HttpClient::State> {
    explicit State(const asio::any_io_executor& executor) : executor(executor), timer(executor) {
        start_curl();
        multi.reset(curl_multi_init());
        if (!multi) throw std::runtime_error("libcurl makes no handle");
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETFUNCTION, &State::on_socket);
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, &State::on_timer);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERDATA, this);
    }
    ~State() {
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, nullptr);
        multi.reset();  // reports the sockets that it closes, so before they go
    }

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
    static int on_timer(CURLM*, long milliseconds, void* self);

    void watch(curl_socket_t socket, int what);
    void wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch);
    void wait_one(curl_socket_t socket, const std::shared_ptr<Watch>& watch, bool Watch::*under_way, int poll);
    void act(curl_socket_t socket, int events);

    asio::any_io_executor executor;
    asio::steady_timer timer;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches;
    std::unique_ptr<CURLM, CloseMulti> multi;
};

namespace {

// One request under way. Lives in its coroutine's frame; curl holds its address, so it does not move.
class Transfer {
public:
    Transfer(std::shared_ptr<HttpClient::State> state, HttpRequest request)
        : done(state->executor, 1), state_(std::move(state)), request_(std::move(request)), easy_(curl_easy_init()) {}
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer() { leave(); }

    void start();
    void complete(CURLcode code) {
        code_ = code;
        done.try_send(error_code{});
    }
    HttpResult finish(bool cancelled);

    asio::experimental::channel<void(error_code)> done;

private:
    template <class Value>
    void set(CURLoption option, Value value) {
        if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK) refused_ = true;
    }
    void set_request();
    void set_policy();
    void leave();
    bool is_surely_unsent() const;

    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);

    std::shared_ptr<HttpClient::State> state_;
    HttpRequest request_;
    std::unique_ptr<CURL, CloseEasy> easy_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    char error_[CURL_ERROR_SIZE] = {};
    CURLcode code_ = CURLE_FAILED_INIT;
    bool refused_ = false;  // an option was
    bool is_too_large_ = false;
    bool is_added_ = false;
};

void Transfer::start() {
    if (!easy_) return complete(CURLE_FAILED_INIT);
    set_policy();
    set_request();
    if (refused_) return complete(CURLE_FAILED_INIT);
    is_added_ = curl_multi_add_handle(state_->multi.get(), easy_.get()) == CURLM_OK;
    if (!is_added_) complete(CURLE_FAILED_INIT);
}

void Transfer::set_request() {
    const bool is_get = request_.method == "GET";
    set(CURLOPT_URL, request_.url.c_str());
    if (is_get) {
        set(CURLOPT_HTTPGET, 1L);
        set(CURLOPT_FOLLOWLOCATION, 1L);
        set(CURLOPT_MAXREDIRS, max_redirects);
    } else {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
        set(CURLOPT_POSTFIELDS, request_.body.data());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_FRESH_CONNECT, 1L);
    }
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : request_.headers) {
        const std::string line = fmt::format("{}: {}", name, value);
        if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) refused_ = true;
        list = curl_slist_append(list, line.c_str());
    }
    headers_.reset(list);
    set(CURLOPT_HTTPHEADER, list);
}

void Transfer::set_policy() {
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_USERAGENT, (std::string("fedmsgbot/") + version).c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // else giving up during a name look-up blocks until the look-up ends
    const auto* protocols = request_.is_https_only ? "https" : "http,https";
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(request_.timeout.count())));
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    // The proxy variables are read by libcurl itself; these only by the curl program, but its users know them.
    if (const char* folder = std::getenv("SSL_CERT_DIR")) set(CURLOPT_CAPATH, folder);
    if (const char* file = std::getenv("SSL_CERT_FILE"))
        set(CURLOPT_CAINFO, file);
    else if (const char* bundle = std::getenv("CURL_CA_BUNDLE"))
        set(CURLOPT_CAINFO, bundle);
}

HttpResult Transfer::finish(bool cancelled) {
    HttpResult result;
    if (cancelled)
        result.kind = HttpResult::Kind::cancelled;
    else if (code_ == CURLE_OK)
        result.kind = HttpResult::Kind::answered;
    else
        result.kind = is_surely_unsent() ? HttpResult::Kind::not_sent : HttpResult::Kind::unknown;
    if (cancelled)
        result.why = "cancelled";
    else if (code_ != CURLE_OK)
        result.why = error_[0] ? error_ : curl_easy_strerror(code_);
    result.is_too_large = is_too_large_;
    result.response = std::move(response_);
    leave();
    return result;
}

bool Transfer::is_surely_unsent() const {
    switch (code_) {
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_FAILED_INIT:
        case CURLE_PROXY:
            return true;
        default: {
            long sent = 0;
            curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &sent);
            return sent == 0;
        }
    }
}

void Transfer::leave() {
    if (std::exchange(is_added_, false)) curl_multi_remove_handle(state_->multi.get(), easy_.get());
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    std::string_view line(bytes, size * count);
    transfer.header_bytes_ += line.size();
    if (transfer.header_bytes_ > max_header_bytes) return 0;
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {  // the first line, of the answer itself or of one that redirects
        transfer.response_.headers.clear();
        long status = 0;
        curl_easy_getinfo(transfer.easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        transfer.response_.status = static_cast<int>(status);
        return size * count;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return size * count;
    std::string name = in_lower_case(line.substr(0, colon));
    line.remove_prefix(colon + 1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    transfer.response_.headers[std::move(name)] = line;
    return size * count;
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    auto& body = transfer.response_.body;
    if (body.size() + size * count > transfer.request_.max_answer) {
        transfer.is_too_large_ = true;
        return 0;
    }
    body.append(bytes, size * count);
    return size * count;
}

}  // namespace

HttpClient::HttpClient(asio::any_io_executor executor) : state_(std::make_shared<State>(executor)) {}
HttpClient::~HttpClient() = default;

asio::awaitable<HttpResult> HttpClient::send(HttpRequest request) {
    Transfer transfer(state_, std::move(request));
    transfer.start();
    const auto [error] = co_await transfer.done.async_receive(asio::as_tuple(asio::use_awaitable));
    co_return transfer.finish(error.failed());
}

int HttpClient::State::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    static_cast<State*>(self)->watch(socket, what);
    return 0;
}

int HttpClient::State::on_timer(CURLM*, long milliseconds, void* pointer) {
    auto& self = *static_cast<State*>(pointer);
    if (milliseconds < 0) {
        self.timer.cancel();
        return 0;
    }
    self.timer.expires_after(std::chrono::milliseconds(milliseconds));
    self.timer.async_wait([weak = self.weak_from_this()](error_code error) {
        const auto state = weak.lock();
        if (state && !error) state->act(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
}

void HttpClient::State::watch(curl_socket_t socket, int what) {
    const auto found = watches.find(socket);
    if (what == CURL_POLL_REMOVE) {
        if (found == watches.end()) return;
        error_code ignored;
        found->second->descriptor.close(ignored);
        watches.erase(found);
        return;
    }
    std::shared_ptr<Watch> watch;
    if (found != watches.end()) {
        watch = found->second;
    } else {
        const int duplicate = ::fcntl(socket, F_DUPFD_CLOEXEC, 3);
        if (duplicate < 0) return;  // no descriptors left: the request ends by its time-out
        watch = std::make_shared<Watch>(executor, duplicate);
        watches.emplace(socket, watch);
    }
    watch->wanted = what;
    wait(socket, watch);
}

void HttpClient::State::wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
    if ((watch->wanted & CURL_POLL_IN) && !watch->is_reading) wait_one(socket, watch, &Watch::is_reading, CURL_POLL_IN);
    if ((watch->wanted & CURL_POLL_OUT) && !watch->is_writing)
        wait_one(socket, watch, &Watch::is_writing, CURL_POLL_OUT);
}

void HttpClient::State::wait_one(curl_socket_t socket, const std::shared_ptr<Watch>& watch, bool Watch::*under_way,
                                 int poll) {
    (*watch).*under_way = true;
    const auto kind =
        poll == CURL_POLL_IN ? asio::posix::stream_descriptor::wait_read : asio::posix::stream_descriptor::wait_write;
    watch->descriptor.async_wait(kind, [weak = weak_from_this(), watch, socket, under_way, poll](error_code error) {
        (*watch).*under_way = false;
        const auto state = weak.lock();
        const auto is_current = [&] {
            const auto found = state->watches.find(socket);
            return found != state->watches.end() && found->second == watch;
        };
        if (!state || !is_current() || error == asio::error::operation_aborted) return;
        if (error)
            state->act(socket, CURL_CSELECT_ERR);
        else if (watch->wanted & poll)
            state->act(socket, poll == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
        if (is_current()) state->wait(socket, watch);
    });
}

// Lets curl work, then wakes the requests that it has finished with.
void HttpClient::State::act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi.get(), socket, events, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        char* transfer = nullptr;
        const CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        reinterpret_cast<Transfer*>(transfer)->complete(code);
    }
}

}  // namespace fedmsgbot
