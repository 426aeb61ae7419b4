#include "bot/http/http_client.h"

#include <cstdlib>
#include <future>

#include <catch2/catch.hpp>

#include "tests/http/asking.h"
#include "tests/support/http_call.h"
#include "tests/support/http_script.h"
#include "tests/support/world.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HttpScript;
using Ending = HttpScript::Step::Ending;
using Kind = HttpResult::Kind;

namespace {

struct World {
    HttpResult send(HttpRequest request) { return testing::run_until_done(context, client.send(std::move(request))); }
    HttpResult get(const std::string& target) { return send(HttpRequest("GET", server.url() + target)); }

    HttpScript server;
    asio::io_context context;
    HttpClient client{context.get_executor()};
};

HttpScript::Step step_with(std::string body) {
    HttpScript::Step step;
    step.body = std::move(body);
    return step;
}

HttpScript::Step redirect_to(std::string place) {
    HttpScript::Step step;
    step.status = 302;
    step.headers["Location"] = std::move(place);
    return step;
}

}  // namespace

TEST_CASE("an answer comes with its status, its headers in lower case, and its body") {
    World world;
    auto step = step_with("hello");
    step.status = 418;
    step.headers["X-Mixed-Case"] = "Kept";
    world.server.answer("/tea", step);
    const auto result = world.get("/tea");
    CHECK(result.kind == Kind::answered);
    CHECK(result.response.status == 418);
    CHECK(result.response.header("x-mixed-case") == "Kept");
    CHECK(result.response.header("x-absent").empty());
    CHECK(result.response.body == "hello");
}

TEST_CASE("a body is sent byte for byte, with the headers that were asked for") {
    World world;
    world.server.answer("/box", step_with("{}"));
    HttpRequest request("POST", world.server.url() + "/box");
    request.body = std::string("a=\0b\xff", 5);
    request.headers.emplace_back("X-Key", "value");
    CHECK(world.send(request).kind == Kind::answered);
    const auto seen = world.server.requests().at(0);
    CHECK(seen.method == "POST");
    CHECK(seen.body == request.body);
    CHECK(seen.headers.at("x-key") == "value");
    CHECK(seen.headers.at("user-agent").starts_with("fedmsgbot/"));
}

TEST_CASE("a GET follows redirects, a POST does not") {
    World world;
    world.server.answer("/old", redirect_to("/new"));
    world.server.answer("/new", step_with("here"));
    CHECK(world.get("/old").response.body == "here");
    const auto posted = world.send(HttpRequest("POST", world.server.url() + "/old"));
    CHECK(posted.kind == Kind::answered);
    CHECK(posted.response.status == 302);
    CHECK(world.server.requests().size() == 3);
}

TEST_CASE("redirects that lead nowhere end") {
    World world;
    world.server.answer("/loop", redirect_to("/loop"));
    CHECK(world.get("/loop").kind != Kind::answered);
    CHECK(world.server.requests().size() <= 7);
}

TEST_CASE("a redirect to a file is not followed") {
    World world;
    world.server.answer("/trap", redirect_to("file:///etc/hostname"));
    const auto result = world.get("/trap");
    CHECK(result.kind != Kind::answered);
    CHECK(result.response.body.empty());
}

TEST_CASE("an answer that is too large is cut off, and its status still known") {
    World world;
    world.server.answer("/flood", step_with(std::string(100000, 'x')));
    HttpRequest request("GET", world.server.url() + "/flood");
    request.max_answer = 1000;
    const auto result = world.send(request);
    CHECK(result.kind == Kind::unknown);
    CHECK(result.response.status == 200);
    CHECK(result.response.body.size() <= 1000);
}

TEST_CASE("what never left is told apart from what may have arrived") {
    World world;
    HttpRequest refused("POST", "http://127.0.0.1:" + std::to_string(testing::free_port()) + "/");
    CHECK(world.send(refused).kind == Kind::not_sent);
    HttpRequest unresolved("POST", "http://nowhere.invalid/");
    unresolved.connect_timeout = 2s;
    unresolved.timeout = 2s;
    CHECK(world.send(unresolved).kind == Kind::not_sent);
    CHECK(world.send(HttpRequest("GET", "file:///etc/hostname")).kind == Kind::not_sent);
    CHECK(world.send(HttpRequest("GET", "")).kind == Kind::not_sent);

    auto step = step_with("too late");
    step.ending = GENERATE(Ending::hang, Ending::close, Ending::truncate);
    world.server.answer("/bad", step);
    HttpRequest request("POST", world.server.url() + "/bad");
    request.timeout = 300ms;
    const auto result = world.send(request);
    CHECK(result.kind == Kind::unknown);
    CHECK_FALSE(result.why.empty());
    CHECK(result.response.status == (step.ending == Ending::truncate ? 200 : 0));
}

TEST_CASE("a slow answer is waited for, byte by byte") {
    World world;
    auto step = step_with("patience");
    step.ending = Ending::trickle;
    world.server.answer("/slow", step);
    CHECK(world.get("/slow").response.body == "patience");
}

TEST_CASE("a POST is never repeated behind our back when the connection turns out dead") {
    World world;
    world.server.answer("/kept", step_with("keeps the connection open"));
    auto step = step_with("");
    step.ending = Ending::close;
    world.server.answer("/broken", step);
    CHECK(world.get("/kept").kind == Kind::answered);
    CHECK(world.send(HttpRequest("POST", world.server.url() + "/broken")).kind == Kind::unknown);
    CHECK(world.server.requests().size() == 2);
}

TEST_CASE("a header with a line end is not sent, nor anything with it") {
    World world;
    HttpRequest request("GET", world.server.url() + "/");
    request.headers.emplace_back("X-Evil", "a\r\nX-Injected: b");
    CHECK(world.send(request).kind == Kind::not_sent);
    CHECK(world.server.requests().empty());
}

TEST_CASE("a certificate must be trusted, and one named by SSL_CERT_FILE is") {
    testing::TempFolder folder;
    HttpScript::Settings settings;
    settings.certificate = folder / "server.pem";
    testing::make_certificate(settings.certificate);
    HttpScript server(settings);
    server.answer("/", step_with("secret"));
    asio::io_context context;
    {
        HttpClient client(context.get_executor());
        const auto result = testing::run_until_done(context, client.send(HttpRequest("GET", server.url() + "/")));
        CHECK(result.kind == Kind::not_sent);
        CHECK(server.requests().empty());
    }
    ::setenv("SSL_CERT_FILE", settings.certificate.c_str(), 1);
    HttpClient client(context.get_executor());
    const auto good = testing::run_until_done(context, client.send(HttpRequest("GET", server.url() + "/")));
    // The right certificate for another name is no better than none.
    const std::string other_name = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    const auto bad = testing::run_until_done(context, client.send(HttpRequest("GET", other_name)));
    ::unsetenv("SSL_CERT_FILE");
    INFO(good.why);
    CHECK(good.response.body == "secret");
    CHECK(bad.kind == Kind::not_sent);
}

TEST_CASE("the proxy of the environment is used") {
    World world;
    world.server.answer("http://behind.invalid/page", step_with("through the proxy"));
    ::setenv("http_proxy", world.server.url().c_str(), 1);
    const auto result = world.send(HttpRequest("GET", "http://behind.invalid/page"));
    ::unsetenv("http_proxy");
    CHECK(result.response.body == "through the proxy");
}

TEST_CASE("many requests are under way at once") {
    World world;
    auto step = step_with("slow");
    step.ending = Ending::trickle;
    world.server.answer("/slow", step);
    int answered = 0;
    for (int i = 0; i < 50; ++i)
        asio::co_spawn(world.context, world.client.send(HttpRequest("GET", world.server.url() + "/slow")),
                       [&](std::exception_ptr, HttpResult result) { answered += result.response.body == "slow"; });
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (answered < 50 && std::chrono::steady_clock::now() < end) world.context.run_one_for(100ms);
    CHECK(answered == 50);
}

TEST_CASE("a cancelled request ends at once and says so") {
    World world;
    auto step = step_with("");
    step.ending = Ending::hang;
    world.server.answer("/hang", step);
    std::optional<HttpResult> result;
    asio::cancellation_signal cancel;
    asio::co_spawn(
        world.context, world.client.send(HttpRequest("POST", world.server.url() + "/hang")),
        asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr, HttpResult got) { result = got; }));
    while (world.server.requests().empty()) world.context.run_one_for(5ms);
    CHECK_FALSE(result);
    cancel.emit(asio::cancellation_type::terminal);
    for (int i = 0; i < 1000 && !result; ++i) world.context.run_one_for(1ms);
    REQUIRE(result);
    CHECK(result->kind == Kind::cancelled);
}

TEST_CASE("a client may die with requests under way, the loop going on or not") {
    HttpScript server;
    auto step = step_with("");
    step.ending = Ending::hang;
    server.answer("/hang", step);
    const bool loop_goes_on = GENERATE(true, false);
    bool was_resumed = false;
    {
        asio::io_context context;
        auto dying = std::make_unique<HttpClient>(context.get_executor());
        asio::co_spawn(context, dying->send(HttpRequest("POST", server.url() + "/hang")),
                       [&](std::exception_ptr, HttpResult) { was_resumed = true; });
        while (server.requests().empty()) context.run_one_for(5ms);
        dying.reset();
        if (loop_goes_on) context.run_one_for(5ms);
    }
    CHECK_FALSE(was_resumed);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("form fields are encoded so that a server reads them as they were") {
    CHECK(encode_form({{"status", "a b&c=d+é\n"}, {"x", ""}}) == "status=a%20b%26c%3Dd%2B%C3%A9%0A&x=");
    CHECK(percent_encode("01JD/?~") == "01JD%2F%3F~");
}

}  // namespace fedmsgbot
