// What users of curl know: proxies and authorities by the environment.
#include <cstdlib>
#include <map>

#include <catch2/catch.hpp>

#include "bot/http/http_client.h"
#include "tests/http/asking.h"
#include "tests/support/certificates.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/http_script.h"
#include "tests/support/world.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HttpScript;
using Kind = HttpResult::Kind;

namespace {

using Variables = std::map<std::string, std::string>;

// Variables as they are to be for a while; all others of the kind are away.
class Environment {
public:
    explicit Environment(const Variables& values) {
        for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
                                 "NO_PROXY", "SSL_CERT_FILE", "CURL_CA_BUNDLE"}) {
            if (const char* value = std::getenv(name)) before_[name] = value;
            ::unsetenv(name);
            names_.emplace_back(name);
        }
        for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment() {
        for (const auto& name : names_) ::unsetenv(name.c_str());
        for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
    }

private:
    std::vector<std::string> names_;
    Variables before_;
};

HttpScript::Step page(std::string body) {
    HttpScript::Step step;
    step.body = std::move(body);
    return step;
}

HttpResult get(const std::string& url) {
    asio::io_context context;
    HttpClient client(context.get_executor());
    return testing::run_until_done(context, client.send(HttpRequest("GET", url)));
}

// A server for https://social.example, with a certificate of an authority of its own.
struct SecureServer {
    SecureServer() : certificates(testing::make_certificates(folder.path(), "social.example")) {
        HttpScript::Settings settings;
        settings.certificate = folder / "both.pem";
        testing::write_file(settings.certificate,
                            testing::read_file(certificates.certificate) + testing::read_file(certificates.key));
        server = std::make_unique<HttpScript>(settings);
        server->answer("/page", page("secret"));
    }

    testing::TempFolder folder;
    testing::Certificates certificates;
    std::unique_ptr<HttpScript> server;
};

}  // namespace

TEST_CASE("an https address is asked through the proxy of the environment, the certificate checked behind it") {
    SecureServer secure;
    testing::ConnectProxy proxy(secure.server->port());
    const auto name = GENERATE(as<std::string>{}, "https_proxy", "HTTPS_PROXY", "all_proxy");
    {
        const Environment environment(
            Variables{{name, proxy.url()}, {"SSL_CERT_FILE", secure.certificates.authority.string()}});
        const auto result = get("https://social.example/page");
        INFO(result.why);
        CHECK(result.response.body == "secret");
        CHECK(proxy.asked() == std::vector<std::string>{"social.example:443"});
    }
    const Environment without_authority(Variables{{name, proxy.url()}});
    CHECK(get("https://social.example/page").kind == Kind::not_sent);
    CHECK(secure.server->requests().size() == 1);
}

TEST_CASE("what NO_PROXY names is asked without the proxy") {
    HttpScript server, proxy;
    server.answer("/page", page("straight"));
    proxy.answer(server.url() + "/page", page("by the proxy"));
    const auto name = GENERATE(as<std::string>{}, "no_proxy", "NO_PROXY");
    const auto hosts = GENERATE(as<std::string>{}, "127.0.0.1", "a.example,127.0.0.1", "*");
    {
        const Environment environment(Variables{{"http_proxy", proxy.url()}, {name, hosts}});
        CHECK(get(server.url() + "/page").response.body == "straight");
    }
    const Environment environment(Variables{{"http_proxy", proxy.url()}, {name, "a.example"}});
    CHECK(get(server.url() + "/page").response.body == "by the proxy");
}

TEST_CASE("a proxy that is away leaves nothing sent") {
    const Environment environment(
        Variables{{"https_proxy", "http://127.0.0.1:" + std::to_string(testing::free_port())}});
    const auto result = get("https://social.example/page");
    CHECK(result.kind == Kind::not_sent);
    CHECK_FALSE(result.why.empty());
}

TEST_CASE("a token goes to nobody but the server it is for, wherever that redirects to") {
    HttpScript server, other;
    other.answer("/elsewhere", page("hello"));
    HttpScript::Step away;
    away.status = 302;
    away.headers["Location"] = other.url() + "/elsewhere";
    server.answer("/page", away);
    const Environment environment(Variables{});
    asio::io_context context;
    HttpClient client(context.get_executor());
    HttpRequest request("GET", server.url() + "/page");
    request.headers.emplace_back("Authorization", "Bearer secret");
    const auto result = testing::run_until_done(context, client.send(std::move(request)));
    CHECK(result.response.body == "hello");
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].headers.at("authorization") == "Bearer secret");
    REQUIRE(other.requests().size() == 1);
    CHECK(other.requests()[0].headers.count("authorization") == 0);
}

}  // namespace fedmsgbot
