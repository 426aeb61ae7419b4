#include "tests/support/http_script.h"

#include <algorithm>
#include <cstdlib>
#include <list>
#include <mutex>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "tests/support/blog_script.h"
#include "tests/support/mastodon_script.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

using HttpRequestMessage = http::request<http::string_body>;
using HttpResponseMessage = http::response<http::string_body>;

std::string http_date() {
    const std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[40];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text;
}

}  // namespace

// Everything below `mutex` is shared with the test's thread; the rest belongs to the server's.
struct HttpScript::State {
    State(Settings given, std::unique_ptr<BlogScript> blog)
        : settings(std::move(given)), port(free_port()), account(std::move(blog)) {
        if (settings.certificate.empty()) return;
        tls.use_certificate_chain_file(settings.certificate.string());
        tls.use_private_key_file(settings.certificate.string(), asio::ssl::context::pem);
    }

    void listen();
    void close_all();
    asio::awaitable<void> accept();
    asio::awaitable<void> serve_plain(tcp::socket& socket);
    asio::awaitable<void> serve_tls(tcp::socket& socket);
    template <class Stream>
    asio::awaitable<void> serve(Stream& stream);
    template <class Stream>
    asio::awaitable<bool> reply(Stream& stream, HttpResponseMessage response, Step step);

    std::pair<HttpResponseMessage, Step> handle(const HttpRequestMessage& request);
    Step bad_ending();
    std::string origin() const {
        return (settings.certificate.empty() ? "http://127.0.0.1:" : "https://localhost:") + std::to_string(port);
    }

    const Settings settings;
    const std::uint16_t port;
    asio::io_context context{1};
    asio::ssl::context tls{asio::ssl::context::tls_server};
    std::optional<tcp::acceptor> acceptor;
    std::list<tcp::socket> sockets;
    std::thread thread;

    mutable std::mutex mutex;
    std::unique_ptr<BlogScript> account;
    unsigned one_in = 0;
    std::minstd_rand random;
    std::map<std::string, Step> canned;
    std::function<std::optional<Step>(const Request&)> handler;
    std::vector<Request> requests;
};

void HttpScript::State::listen() {
    acceptor.emplace(context);
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
    acceptor->open(here.protocol());
    acceptor->set_option(tcp::acceptor::reuse_address(true));
    acceptor->bind(here);
    acceptor->listen();
    asio::co_spawn(context, accept(), asio::detached);  // ends with the acceptor; throws nothing
}

void HttpScript::State::close_all() {
    boost::system::error_code ignored;
    if (acceptor) acceptor->close(ignored);
    for (auto& socket : sockets) socket.close(ignored);
}

asio::awaitable<void> HttpScript::State::accept() {
    for (;;) {
        auto [error, socket] = co_await acceptor->async_accept(with_error);
        if (error) co_return;
        sockets.push_back(std::move(socket));
        const auto here = std::prev(sockets.end());
        asio::co_spawn(context, settings.certificate.empty() ? serve_plain(*here) : serve_tls(*here),
                       [this, here](std::exception_ptr) { sockets.erase(here); });
    }
}

asio::awaitable<void> HttpScript::State::serve_plain(tcp::socket& socket) { co_await serve(socket); }

asio::awaitable<void> HttpScript::State::serve_tls(tcp::socket& socket) {
    asio::ssl::stream<tcp::socket&> stream(socket, tls);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, with_error);
    if (!error) co_await serve(stream);
}

template <class Stream>
asio::awaitable<void> HttpScript::State::serve(Stream& stream) {
    boost::beast::flat_buffer buffer;
    for (;;) {
        HttpRequestMessage request;
        const auto [error, size] = co_await http::async_read(stream, buffer, request, with_error);
        if (error) co_return;
        std::chrono::milliseconds delay{0};
        {
            const std::lock_guard lock(mutex);
            if (request.method() == http::verb::post) {
                if (account->post_steps.empty() && one_in > 0 && random() % one_in == 0)
                    account->post_steps.push_back(bad_ending());
                if (!account->post_steps.empty()) delay = account->post_steps.front().delay;
            }
        }
        if (delay > 0ms) {
            asio::steady_timer timer(context, delay);
            co_await timer.async_wait(with_error);
        }
        std::pair<HttpResponseMessage, Step> made = [&] {
            const std::lock_guard lock(mutex);
            return handle(request);
        }();
        if (!co_await reply(stream, std::move(made.first), std::move(made.second))) co_return;
    }
}

// One of all that real servers and what stands before them do.
HttpScript::Step HttpScript::State::bad_ending() {
    Step step;
    step.is_stored = random() % 2 == 0;
    switch (random() % 7) {
        case 0:
            step.ending = Step::Ending::close;
            break;
        case 1:
            step.ending = Step::Ending::truncate;
            break;
        case 2:
            step.ending = Step::Ending::hang;
            break;
        case 3:
            step.status = 502;
            step.headers["Content-Type"] = "text/html";
            step.body = "<html><body><h1>502 Bad Gateway</h1></body></html>";
            break;
        case 4:
            step.headers["Content-Type"] = "text/html";
            step.body = "<html><body>Please log in to this network</body></html>";
            break;
        case 5:
            step.status = 429;
            step.is_stored = false;
            step.headers["Retry-After"] = "1";
            break;
        default:
            step.delay = 300ms;
            step.is_stored = true;
            break;
    }
    return step;
}

// False when the connection is over.
template <class Stream>
asio::awaitable<bool> HttpScript::State::reply(Stream& stream, HttpResponseMessage response, Step step) {
    using Ending = Step::Ending;
    if (step.ending == Ending::close) co_return false;
    if (step.ending == Ending::hang) {
        char byte = 0;  // until the peer gives up
        co_await stream.async_read_some(asio::buffer(&byte, 1), with_error);
        co_return false;
    }
    if (step.ending == Ending::answer) {
        const auto [error, size] = co_await http::async_write(stream, response, with_error);
        co_return !error && response.keep_alive();
    }
    std::ostringstream whole;
    whole << response;
    std::string bytes = whole.str();
    if (step.ending == Ending::truncate) {
        bytes.resize(bytes.size() - response.body().size() / 2 - 1);
        co_await asio::async_write(stream, asio::buffer(bytes), with_error);
        co_return false;
    }
    for (const char& byte : bytes) {
        const auto [error, size] = co_await asio::async_write(stream, asio::buffer(&byte, 1), with_error);
        asio::steady_timer timer(context, 2ms);
        co_await timer.async_wait(with_error);
        if (error) co_return false;
    }
    co_return true;
}

std::pair<HttpResponseMessage, HttpScript::Step> HttpScript::State::handle(const HttpRequestMessage& request) {
    Request note{std::string(request.method_string()), std::string(request.target()), {}, request.body()};
    for (const auto& field : request) {
        std::string name(field.name_string());
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        note.headers[name] = field.value();
    }
    const auto found = canned.find(note.target);
    auto handled = handler ? handler(note) : std::nullopt;
    Step step = handled ? std::move(*handled) : found != canned.end() ? found->second : account->answer(note, origin());
    requests.push_back(std::move(note));
    HttpResponseMessage response(static_cast<http::status>(step.status), 11);
    response.set(http::field::content_type, "application/json; charset=utf-8");
    response.set(http::field::date, http_date());
    for (const auto& [name, value] : step.headers) response.set(name, value);
    response.body() = step.body.value_or("{}");
    response.prepare_payload();
    response.keep_alive(request.keep_alive());
    return {std::move(response), std::move(step)};
}

HttpScript::HttpScript(Settings settings) : HttpScript(std::make_unique<MastodonScript>(settings), settings) {}

HttpScript::HttpScript(std::unique_ptr<BlogScript> account) : HttpScript(std::move(account), Settings{}) {}

HttpScript::HttpScript(std::unique_ptr<BlogScript> account, Settings settings) {
    // A proxy of the machine has no business on loopback. The bot under test inherits this.
    ::setenv("no_proxy", "127.0.0.1,localhost", 1);
    state_ = std::make_unique<State>(std::move(settings), std::move(account));
    state_->listen();
    state_->thread = std::thread([this] {
        const auto work = asio::make_work_guard(state_->context);
        state_->context.run();
    });
}

HttpScript::~HttpScript() {
    state_->context.stop();
    state_->thread.join();
}

std::uint16_t HttpScript::port() const { return state_->port; }
std::string HttpScript::url() const { return state_->origin(); }
std::string HttpScript::token() const { return state_->settings.token; }

void HttpScript::next_post(Step step) {
    const std::lock_guard lock(state_->mutex);
    state_->account->post_steps.push_back(std::move(step));
}
void HttpScript::next_look(Step step) {
    const std::lock_guard lock(state_->mutex);
    state_->account->look_steps.push_back(std::move(step));
}
void HttpScript::answer(std::string target, Step step) {
    const std::lock_guard lock(state_->mutex);
    state_->canned[std::move(target)] = std::move(step);
}
void HttpScript::answer_by(std::function<std::optional<Step>(const Request&)> handler) {
    const std::lock_guard lock(state_->mutex);
    state_->handler = std::move(handler);
}
void HttpScript::put_foreign_status(std::string text) {
    const std::lock_guard lock(state_->mutex);
    state_->account->put(std::move(text));
}

void HttpScript::be_unreliable(unsigned one_in, unsigned seed) {
    const std::lock_guard lock(state_->mutex);
    state_->one_in = one_in;
    state_->random.seed(seed);
}

void HttpScript::while_still(const std::function<void()>& work) const {
    const std::lock_guard lock(state_->mutex);
    work();
}

void HttpScript::go_down() {
    asio::post(state_->context, asio::use_future([this] { state_->close_all(); })).get();
}
void HttpScript::come_up() {
    // A client that knocked meanwhile may have been given this very port for its own end, and keeps it for a moment.
    std::string why;
    const bool is_up = eventually([&] {
        try {
            asio::post(state_->context, asio::use_future([this] { state_->listen(); })).get();
            return true;
        } catch (const boost::system::system_error& error) {
            why = error.what();
            return false;
        }
    });
    if (!is_up) throw std::runtime_error(why);
}

std::vector<HttpScript::Status> HttpScript::statuses() const {
    const std::lock_guard lock(state_->mutex);
    return state_->account->statuses;
}
std::vector<HttpScript::Request> HttpScript::requests() const {
    const std::lock_guard lock(state_->mutex);
    return state_->requests;
}
std::size_t HttpScript::posts() const {
    const std::lock_guard lock(state_->mutex);
    return state_->account->posts;
}
std::size_t HttpScript::looks() const {
    const std::lock_guard lock(state_->mutex);
    return state_->account->looks;
}
std::vector<std::string> HttpScript::complaints() const {
    const std::lock_guard lock(state_->mutex);
    return state_->account->complaints;
}

std::vector<std::string> HttpScript::texts() const {
    std::vector<std::string> texts;
    for (const auto& status : statuses()) texts.push_back(status.text);
    return texts;
}

HttpScript::Step step(HttpScript::Step::Ending ending, bool is_stored, int status) {
    HttpScript::Step step;
    step.ending = ending;
    step.is_stored = is_stored;
    step.status = status;
    return step;
}

}  // namespace fedmsgbot::testing
