#include "bridges/microblog/oauth1.h"

#include <set>

#include <catch2/catch.hpp>

#include "tests/support/oauth_verifier.h"

using namespace fedmsgbot;

namespace {

testing::HttpScript::Request signed_request(const std::string& method, const std::string& url, const OAuthFields& form,
                                            const OAuthKeys& keys, const OAuthMoment& moment,
                                            const OAuthFields& more = {}) {
    testing::HttpScript::Request request{method, url, {}, encode_form(form)};
    request.headers["authorization"] = oauth_authorization(method, url, form, keys, moment, more);
    if (!form.empty()) request.headers["content-type"] = "application/x-www-form-urlencoded";
    return request;
}

}  // namespace

TEST_CASE("the base string of RFC 5849's example is made as the RFC makes it") {
    // Section 3.4.1.1: of the header, of the query and of the form, also what is empty or encoded twice.
    const OAuthFields parameters{{"oauth_consumer_key", "9djdj82h48djs9d2"},
                                 {"oauth_token", "kkk9d7dh3k39sjv7"},
                                 {"oauth_signature_method", "HMAC-SHA1"},
                                 {"oauth_timestamp", "137131201"},
                                 {"oauth_nonce", "7d8f3e4a"},
                                 {"c2", ""},
                                 {"a3", "2 q"}};
    CHECK(oauth_base_string("POST", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", parameters) ==
          "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540"
          "%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3D"
          "HMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7");
}

TEST_CASE("an address is signed as the server sees itself") {
    const auto [url, seen] = GENERATE(table<std::string, std::string>({
        {"https://www.example.net:8080/?q=1", "https%3A%2F%2Fwww.example.net%3A8080%2F&q%3D1"},
        {"https://Example.ORG:443/api", "https%3A%2F%2Fexample.org%2Fapi&"},
        {"http://example.org:443/api", "http%3A%2F%2Fexample.org%3A443%2Fapi&"},
        {"http://example.org", "http%3A%2F%2Fexample.org%2F&"},
        {"http://example.org?a=b+c#part", "http%3A%2F%2Fexample.org%2F&a%3Db%2520c"},
        {"http://[::1]:80/Path", "http%3A%2F%2F%5B%3A%3A1%5D%2FPath&"},
        {"http://a.example/x?&&b&a=%zz", "http%3A%2F%2Fa.example%2Fx&a%3D%2525zz%26b%3D"},
    }));
    CHECK(oauth_base_string("GET", url, {}) == "GET&" + seen);
}

TEST_CASE("the signatures of RFC 5849's example are made as the RFC has them") {
    // Section 1.2: the request for temporary credentials, that for the token, and that for the photograph.
    const OAuthKeys program{"dpf43f3p2l4k3l03", "kd94hf93k423kf44", "", ""};
    const auto first =
        oauth_authorization("POST", "https://photos.example.net/initiate", {}, program, {"wIjqoxSZeS3NPWDc", 137131200},
                            {{"oauth_callback", "http://printer.example.com/ready"}});
    CHECK(first.starts_with("OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\","));
    CHECK(first.find("oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\"") != std::string::npos);
    CHECK(first.find("oauth_token") == std::string::npos);

    const OAuthKeys owner{"dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"};
    const auto last = oauth_authorization("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original", {},
                                          owner, {"chapoH", 137131202});
    CHECK(last.find("oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"") != std::string::npos);
}

TEST_CASE("an implementation that is not ours finds our signatures good, and only for what was signed") {
    testing::OauthVerifier verifier;
    const OAuthKeys keys{"the-bots.key", "s+e&c=r%e t", "to/k~en", "se\"cré&t"};
    const testing::OauthSecrets secrets{{{keys.consumer_key, keys.consumer_secret}}, {{keys.token, keys.token_secret}}};
    const std::string url = GENERATE(
        as<std::string>{}, "http://127.0.0.1:4711/api/statuses/user_timeline.json?count=100&max_id=7",
        "https://Social.Example:443/index.php/api/x.json",
        "http://a.example:80/api/user/bus/feed?before=https%3A%2F%2Fa.example%2Fapi%2Factivity%2Fx%26y&count=20");
    const OAuthFields form = GENERATE(
        OAuthFields{},
        OAuthFields{{"status", "kevin & co: 100% \"done\" + more = less ~ é 👍🏽 \u200b"}, {"source", "bot"}},
        OAuthFields{{"a", "2"}, {"a", "1"}, {"b!", ""}, {"a-b", "*'()"}, {"a", "1 2"}});
    auto request = signed_request("POST", url, form, keys, oauth_moment());
    CHECK(verifier.complaint(request, url, secrets).empty());
    CHECK(verifier.complaint(request, url, secrets).find("nonce") != std::string::npos);  // not twice

    auto changed = signed_request("POST", url, form, keys, oauth_moment());
    CHECK_FALSE(
        verifier.complaint(changed, url + (url.find('?') == std::string::npos ? "?x=1" : "&x=1"), secrets).empty());
    changed = signed_request("GET", url, form, keys, oauth_moment());
    changed.method = "POST";
    CHECK_FALSE(verifier.complaint(changed, url, secrets).empty());
    auto others = keys;
    others.token_secret += "x";
    CHECK_FALSE(verifier.complaint(signed_request("POST", url, form, others, oauth_moment()), url, secrets).empty());
    if (form.empty()) return;
    changed = signed_request("POST", url, form, keys, oauth_moment());
    changed.body += "&more=1";
    CHECK_FALSE(verifier.complaint(changed, url, secrets).empty());
}

TEST_CASE("no nonce comes twice, and a moment is now") {
    std::set<std::string> nonces;
    for (int i = 0; i < 1000; ++i) nonces.insert(oauth_moment().nonce);
    CHECK(nonces.size() == 1000);
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    CHECK(std::abs(oauth_moment().timestamp - now) <= 60);
}

TEST_CASE("keys go to their file and back, and what is none is not taken for it") {
    const OAuthKeys keys{"key", "sécret \"1\"", "token", "other\nsecret"};
    const auto read = parse_oauth_keys(oauth_keys_text(keys));
    REQUIRE(read);
    CHECK(read->consumer_key == keys.consumer_key);
    CHECK(read->consumer_secret == keys.consumer_secret);
    CHECK(read->token == keys.token);
    CHECK(read->token_secret == keys.token_secret);
    const auto before_login = parse_oauth_keys(R"({"consumer_key":"k","consumer_secret":"s"})");
    REQUIRE(before_login);
    CHECK(before_login->token.empty());
    for (const char* text : {"", "token", "[]", "\"x\"", R"({"consumer_key":1})", R"({"token":null})", "{"})
        CHECK_FALSE(parse_oauth_keys(text));
}
