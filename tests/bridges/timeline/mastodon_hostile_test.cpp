// What nobody sane asks: the API answers with a mistake of the asker's in Mastodon's form, or with less, and never
// fails.

#include <random>

#include "bridges/timeline/mastodon_view.h"
#include "tests/bridges/timeline/raw_client.h"
#include "tests/bridges/timeline/stored_timeline.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

const std::vector<std::string> values = {"-1",
                                         "0",
                                         "99999999999999999999999",
                                         "9223372036854775807",
                                         "9223372036854775808",
                                         "-9223372036854775808",
                                         "1e3",
                                         "0x10",
                                         " 5",
                                         "5 ",
                                         "%00",
                                         "%FF%FE",
                                         "%E2%80%AE",
                                         "%3Cscript%3E",
                                         "'%20OR%201=1--",
                                         "%22%20OR%20marks:x%20NEAR(",
                                         "..%2F..%2Fetc",
                                         "%0D%0ASet-Cookie:%20a=b",
                                         "NaN",
                                         "null",
                                         "[]",
                                         "*",
                                         "#",
                                         "",
                                         std::string(201, 'a'),
                                         std::string(1500, 'x')};

const std::vector<std::string> parameters = {"max_id", "since_id",    "min_id", "limit",    "offset",    "page",
                                             "count",  "q",           "type",   "acct",     "local",     "tag",
                                             "stream", "tagged",      "topic",  "package",  "start",     "delta",
                                             "id",     "screen_name", "any[]",  "resource", "account_id"};

// `?` is where the value goes into the path.
const std::vector<std::string> addresses = {"/api/v1/timelines/public",
                                            "/api/v1/timelines/tag/?",
                                            "/api/v1/tags/?",
                                            "/api/v1/accounts/?",
                                            "/api/v1/accounts/?/statuses",
                                            "/api/v1/accounts/git/?",
                                            "/api/v1/accounts/git/statuses",
                                            "/api/v1/accounts/lookup",
                                            "/api/v1/directory",
                                            "/api/v1/statuses/?",
                                            "/api/v1/statuses/?/context",
                                            "/api/v1/statuses/?/?",
                                            "/api/v1/instance/?",
                                            "/api/v2/search",
                                            "/api/v1/streaming",
                                            "/api/v1/streaming/?",
                                            "/api/v1/?",
                                            "/api/?",
                                            "/api/statuses/public_timeline.json",
                                            "/api/statuses/public_timeline.atom",
                                            "/api/statuses/user_timeline.json",
                                            "/api/statuses/user_timeline/?.json",
                                            "/api/statuses/user_timeline/?.atom",
                                            "/api/statuses/show/?.json",
                                            "/api/users/show/?.json",
                                            "/.well-known/?",
                                            "/.well-known/webfinger",
                                            "/nodeinfo/?"};

std::string with_value(std::string address, const std::string& value) {
    for (auto at = address.find('?'); at != std::string::npos; at = address.find('?', at + value.size()))
        address.replace(at, 1, value);
    return address;
}

// An answer, or a mistake that is told in words: in JSON, but where a feed was asked for.
void check_sane(const std::string& target, const PageAnswer& answer) {
    INFO(target << "\n" << answer.status << " " << answer.body.substr(0, 500));
    CHECK(answer.status >= 200);
    CHECK(answer.status < 500);
    CHECK(answer.links.find_first_of("\r\n") == std::string::npos);
    if (answer.events || answer.type.starts_with("application/atom+xml") || answer.type.starts_with("text/plain"))
        return;
    const auto body = json::parse(answer.body, nullptr, false);
    CHECK_FALSE(body.is_discarded());
    if (answer.status >= 400) CHECK((body.contains("error") && body["error"].is_string()));
}

}  // namespace

TEST_CASE("no path makes the API fail") {
    StoredTimeline timeline;
    timeline.add_many(5);
    for (const auto& address : addresses)
        for (const auto& value : values) check_sane(address, timeline.get(with_value(address, value)));
}

TEST_CASE("no parameters make the API fail") {
    StoredTimeline timeline;
    timeline.add_many(5);
    std::mt19937 random(20131124);
    const auto any = [&random](const std::vector<std::string>& list) {
        return list[std::uniform_int_distribution<std::size_t>(0, list.size() - 1)(random)];
    };
    for (int i = 0; i < 4000; ++i) {
        auto target = with_value(any(addresses), i % 2 == 0 ? "git" : any(values)) + "?";
        for (int j = 0; j < 1 + i % 4; ++j) target += any(parameters) + "=" + any(values) + "&";
        check_sane(target, timeline.get(target));
    }
}

TEST_CASE("a number that is none, or that is out of range, is named in the mistake") {
    StoredTimeline timeline;
    timeline.add_many(5);
    for (const std::string name : {"limit", "max_id", "since_id", "min_id"})
        for (const std::string value : {"-1", "x", "99999999999999999999"}) {
            const auto answer = timeline.ask("/api/v1/timelines/public?" + name + "=" + value, 400);
            CHECK(answer["error"].get<std::string>().find(name) != std::string::npos);
        }
    timeline.ask("/api/v1/timelines/public?limit=0", 400);
    timeline.ask("/api/v2/search?q=x&offset=3201", 400);
    timeline.ask("/api/v2/search?q=x&type=toots", 400);
    timeline.ask("/api/v2/search?q=" + std::string(300, 'x'), 400);
    timeline.ask("/api/v1/timelines/tag/" + std::string(300, 'x'), 400);
    timeline.ask("/api/v1/timelines/public?topic=a..b", 400);
    timeline.ask("/api/v1/timelines/public?x=%zz", 400);
    for (const std::string id : {"0", "-1", "6", "x", "99999999999999999999", "1000000000000006", "1000000000000000"})
        timeline.ask("/api/v1/statuses/" + id, 404);
}

TEST_CASE("a parameter narrows what an address is about, and does not widen it") {
    StoredTimeline timeline;
    timeline.add_many(20);
    CHECK(timeline.ask("/api/v1/accounts/git/statuses?category=bodhi", 400)["error"] ==
          "The parameter category says what the address says already");
    timeline.ask("/api/v1/timelines/tag/kernel?package=gcc", 400);
    CHECK(timeline.ask("/api/v1/accounts/git/statuses?category=git&package=kernel").size() == 10);
    CHECK(timeline.ask("/api/v1/accounts/git/statuses?not_package=kernel").empty());
    CHECK(timeline.ask("/api/v1/accounts/git/statuses?tagged=kernel&tagged=gcc").empty());
    std::string users = "user=x";
    for (std::size_t i = 1; i < TimelineFilter::most_terms; ++i) users += fmt::format("&user=x{}", i);
    timeline.ask("/api/v1/timelines/public?" + users);
    CHECK(timeline.ask("/api/v1/timelines/tag/git?" + users, 400)["error"].get<std::string>().find("one too many") !=
          std::string::npos);
}

TEST_CASE("who wants to write is told that one can only read, in JSON") {
    LiveTimeline timeline;
    for (const std::string target : {"/api/v1/statuses", "/api/v1/apps", "/oauth/token", "/api/statuses/update.json"})
        for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
            RawClient client(timeline.port());
            client.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nx=y&z");
            const auto answer = client.read_to_end();
            INFO(method << " " << target << "\n" << answer);
            CHECK(answer.starts_with("HTTP/1.1 405 "));
            CHECK(answer.find("Allow: GET, HEAD\r\n") != std::string::npos);
            CHECK(answer.find("Access-Control-Allow-Origin: *\r\n") != std::string::npos);
            const auto body = json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
            CHECK(body["error"].get<std::string>().find("reading only") != std::string::npos);
        }
    RawClient person(timeline.port());
    person.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    CHECK(person.read_to_end().find("Content-Type: text/plain") != std::string::npos);
}

TEST_CASE("too long an address is refused in JSON too") {
    LiveTimeline timeline;
    RawClient client(timeline.port());
    client.send(get("/api/v2/search?q=" + std::string(5000, 'x')));
    const auto answer = client.read_to_end();
    CHECK(answer.starts_with("HTTP/1.1 414 "));
    CHECK(json::parse(answer.substr(answer.find("\r\n\r\n") + 4))["error"].is_string());
}

TEST_CASE("a browser may ask for other sites, with the headers that clients send") {
    LiveTimeline timeline;
    timeline.add("one");
    timeline.deliver();
    RawClient client(timeline.port());
    client.send(
        "OPTIONS /api/v1/timelines/public HTTP/1.1\r\nHost: x\r\nOrigin: https://client.example\r\n"
        "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n\r\n");
    const auto preflight = client.read_to_end();
    CHECK(preflight.starts_with("HTTP/1.1 204 "));
    CHECK(preflight.find("Access-Control-Allow-Headers: Authorization") != std::string::npos);
    RawClient asking(timeline.port());
    asking.send(get("/api/v1/timelines/public", "Origin: https://client.example\r\nAuthorization: Bearer any\r\n"));
    const auto answer = asking.read_answer();
    CHECK(answer.starts_with("HTTP/1.1 200 "));
    CHECK(answer.find("Access-Control-Allow-Origin: *\r\n") != std::string::npos);
    CHECK(answer.find("Access-Control-Expose-Headers: Link\r\n") != std::string::npos);
    CHECK(answer.find("Link: <") != std::string::npos);
    CHECK(answer.find("ETag: ") != std::string::npos);
    asking.send(get("/api/v1/accounts/verify_credentials"));
    CHECK(asking.read_answer().find("WWW-Authenticate: Bearer\r\n") != std::string::npos);
}
