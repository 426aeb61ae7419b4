// Mastodon's questions: what the answers say. Real clients ask them in mastodon_clients_test.cpp.

#include "bridges/timeline/mastodon_read_api.h"

#include "tests/bridges/timeline/stored_timeline.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

std::string id(std::int64_t entry) { return MastodonView::status_id(entry); }

void check_fields(const json& object, const std::vector<std::pair<std::string, json::value_t>>& fields) {
    for (const auto& [name, type] : fields) {
        INFO(name << " of " << object.dump());
        REQUIRE(object.contains(name));
        // Whole numbers are of two types in JSON's C++.
        const bool is_number = type == json::value_t::number_integer && object[name].is_number_integer();
        CHECK((is_number || object[name].type() == type));
    }
}

constexpr auto text = json::value_t::string;
constexpr auto boolean = json::value_t::boolean;
constexpr auto number = json::value_t::number_integer;
constexpr auto list = json::value_t::array;
constexpr auto object = json::value_t::object;
constexpr auto null = json::value_t::null;

void check_account(const json& account) {
    check_fields(account, {{"id", text},
                           {"username", text},
                           {"acct", text},
                           {"url", text},
                           {"uri", text},
                           {"display_name", text},
                           {"note", text},
                           {"avatar", text},
                           {"avatar_static", text},
                           {"header", text},
                           {"header_static", text},
                           {"locked", boolean},
                           {"fields", list},
                           {"emojis", list},
                           {"bot", boolean},
                           {"group", boolean},
                           {"discoverable", boolean},
                           {"created_at", text},
                           {"last_status_at", text},
                           {"statuses_count", number},
                           {"followers_count", number},
                           {"following_count", number},
                           {"roles", list}});
    CHECK(account["bot"] == true);
    CHECK(account["acct"].get<std::string>().find('@') == std::string::npos);
}

}  // namespace

TEST_CASE("a status has every field that Mastodon documents") {
    StoredTimeline timeline;
    timeline.add(*full_line("toshio's \"update\" & more", "git"), at_second(1385298309) + std::chrono::milliseconds(7));
    const auto status = timeline.ask("/api/v1/statuses/" + id(1));
    check_fields(status, {{"id", text},
                          {"uri", text},
                          {"created_at", text},
                          {"account", object},
                          {"content", text},
                          {"visibility", text},
                          {"sensitive", boolean},
                          {"spoiler_text", text},
                          {"media_attachments", list},
                          {"application", object},
                          {"mentions", list},
                          {"tags", list},
                          {"emojis", list},
                          {"reblogs_count", number},
                          {"favourites_count", number},
                          {"replies_count", number},
                          {"url", text},
                          {"in_reply_to_id", null},
                          {"in_reply_to_account_id", null},
                          {"reblog", null},
                          {"poll", null},
                          {"card", null},
                          {"language", text},
                          {"edited_at", null}});
    CHECK(status["id"] == "1000000000000001");
    CHECK(status["created_at"] == "2013-11-24T13:05:09.007Z");
    CHECK(status["url"] == "https://bus.example.org/m/1");
    CHECK(status["visibility"] == "public");
    CHECK(status["content"] ==
          "<p dir=\"auto\">toshio&#39;s &#34;update&#34; &amp; more</p><p><a "
          "href=\"https://bodhi.example.org/updates/FEDORA-2013-1234\">"
          "https://bodhi.example.org/updates/FEDORA-2013-1234</a></p>");
    CHECK(texts(status["tags"], "name") == std::vector<std::string>{"git", "kernel", "python-fedmsg"});
    CHECK(status["tags"][0]["url"] == "https://bus.example.org/?category=git");
    CHECK(status["tags"][1]["url"] == "https://bus.example.org/?package=kernel");
    check_account(status["account"]);
    CHECK(status["account"]["id"] == "git");
    CHECK(status["account"]["avatar"] == "https://bus.example.org/badge/git.svg");
    CHECK(status["account"]["last_status_at"] == "2013-11-24");
    const auto context = timeline.ask("/api/v1/statuses/" + id(1) + "/context");
    CHECK(context == json{{"ancestors", json::array()}, {"descendants", json::array()}});
}

TEST_CASE("hostile text stays text in a status") {
    StoredTimeline timeline;
    auto line = *full_line("<script>alert(1)</script>\n\xff\x01\u202e\"'", "<b>\"evil/../service");
    line.link = "javascript:alert(1)";
    line.packages = {"<img src=x onerror=y>", "a&b"};
    timeline.add(line, at_second(1385298309));
    const auto status = timeline.ask("/api/v1/timelines/public")[0];
    const std::string content = status["content"];
    CHECK(content.find("<script") == std::string::npos);
    CHECK(content.find("&lt;script&gt;") != std::string::npos);
    CHECK(content.find("javascript:") == std::string::npos);
    CHECK(content.find('\x01') == std::string::npos);
    CHECK(content.find("\u202e") == std::string::npos);
    // No service of such a name can have an account: the bus says it.
    CHECK(status["account"]["id"] == "1");
    CHECK(status["tags"][0]["url"] == "https://bus.example.org/?package=%3Cimg%20src%3Dx%20onerror%3Dy%3E");
    CHECK(status.dump().find("evil") == std::string::npos);
}

TEST_CASE("ids rise with time in every order that clients sort by") {
    std::string before;
    for (const std::int64_t entry : {1LL, 9LL, 10LL, 99LL, 12345LL, 1'000'000'000LL, 1'000'000'000'000LL}) {
        const auto next = id(entry);
        CHECK(next > before);
        CHECK((before.empty() || next.size() == before.size()));
        // JavaScript's numbers hold it.
        CHECK(std::stoll(next) < (1LL << 53));
        before = next;
    }
}

TEST_CASE("200 statuses are paged through by the links of their lists, each once, in order") {
    StoredTimeline timeline;
    timeline.add_many(200);
    const auto target = GENERATE(as<std::string>(), "/api/v1/timelines/public?local=true&limit=20",
                                 "/api/v1/timelines/public/?limit=20&category=git&category=bodhi",
                                 "/api/v1/accounts/1/statuses?limit=20&exclude_replies=1");
    std::vector<std::string> seen;
    std::string next = target;
    PageAnswer answer(0, "", "");
    while (!next.empty()) {
        answer = timeline.get(next);
        REQUIRE(answer.status == 200);
        for (const auto& status : json::parse(answer.body)) seen.push_back(status["id"]);
        const auto address = linked(answer, "next");
        if (address.empty()) break;
        CHECK(address.starts_with("https://bus.example.org/api/v1/"));
        CHECK(address.find("limit=20") != std::string::npos);
        next = without_origin(address);
    }
    REQUIRE(seen.size() == 200);
    for (int i = 0; i < 200; ++i) CHECK(seen[static_cast<std::size_t>(i)] == id(200 - i));
}

TEST_CASE("a list is cut where its parameters say") {
    StoredTimeline timeline;
    timeline.add_many(100);
    const auto [query, first, last, size] = GENERATE(table<std::string, int, int, int>({
        {"", 100, 81, 20},
        {"limit=5", 100, 96, 5},
        {"limit=1000", 100, 61, 40},
        {"limit=5&max_id=" + id(50), 49, 45, 5},
        {"limit=5&since_id=" + id(98), 100, 99, 2},
        {"limit=5&since_id=" + id(10), 100, 96, 5},
        {"limit=5&min_id=" + id(10), 15, 11, 5},
        {"limit=5&min_id=" + id(10) + "&max_id=" + id(14), 13, 11, 3},
        {"max_id=" + id(5) + "&since_id=" + id(2), 4, 3, 2},
        {"max_id=&limit=", 100, 81, 20},
        {"limit=1&limit=3", 100, 98, 3},
        {"since_id=1&limit=2", 100, 99, 2},
        {"package=kernel&category=git&limit=2", 100, 98, 2},
    }));
    const auto found = timeline.ask("/api/v1/timelines/public?" + query);
    INFO(query);
    REQUIRE(static_cast<int>(found.size()) == size);
    CHECK(found.front()["id"] == id(first));
    CHECK(found.back()["id"] == id(last));
}

TEST_CASE("what a timeline cannot have is an empty list") {
    StoredTimeline timeline;
    timeline.add_many(10);
    for (const std::string target : {"/api/v1/timelines/public?only_media=true", "/api/v1/timelines/public?remote=1",
                                     "/api/v1/accounts/git/statuses?pinned=on", "/api/v1/timelines/tag/no-such-thing",
                                     "/api/v1/accounts/git/statuses?tagged=bodhi", "/api/v1/custom_emojis",
                                     "/api/v1/announcements", "/api/v1/trends/tags", "/api/v1/accounts/git/followers",
                                     "/api/v1/timelines/public?max_id=1", "/api/v1/instance/peers"}) {
        CHECK(timeline.ask(target).empty());
        CHECK(timeline.get(target).links.empty());
    }
    CHECK(timeline.ask("/api/v1/timelines/public?only_media=false&remote=0").size() == 10);
}

TEST_CASE("services are accounts, and hashtags beside packages") {
    StoredTimeline timeline;
    timeline.add_many(20);
    auto other = *full_line("another package", "koschei");
    other.packages = {"gcc-c++"};
    timeline.add(other, at_second(1385299000));
    CHECK(texts(timeline.ask("/api/v1/timelines/tag/GIT"), "id").size() == 10);
    CHECK(texts(timeline.ask("/api/v1/timelines/tag/gcc-c%2B%2B?limit=1"), "id") == std::vector{id(21)});
    CHECK(timeline.ask("/api/v1/timelines/tag/kernel").size() == 20);
    CHECK(linked(timeline.get("/api/v1/timelines/tag/gcc-c%2B%2B?limit=1"), "next")
              .starts_with("https://bus.example.org/api/v1/timelines/tag/gcc-c%2B%2B?limit=1&max_id="));
    CHECK(timeline.ask("/api/v1/tags/git")["url"] == "https://bus.example.org/?category=git");
    for (const std::string target :
         {"/api/v1/accounts/git", "/api/v1/accounts/lookup?acct=git", "/api/v1/accounts/lookup?acct=@Git",
          "/api/v1/accounts/lookup/?acct=git@bus.example.org"}) {
        const auto account = timeline.ask(target);
        check_account(account);
        CHECK(account["id"] == "git");
        CHECK(account["statuses_count"] == 10);
    }
    CHECK(timeline.ask("/api/v1/accounts/git/statuses").size() == 10);
    CHECK(timeline.ask("/api/v1/accounts/git/statuses?tagged=kernel&limit=3").size() == 3);
    CHECK(timeline.ask("/api/v1/accounts/1")["display_name"] == "The bus");
    CHECK(timeline.ask("/api/v1/accounts/1")["statuses_count"] == 21);
    CHECK(timeline.ask("/api/v1/accounts/lookup?acct=bus")["id"] == "1");
    CHECK(texts(timeline.ask("/api/v1/directory"), "acct") ==
          std::vector<std::string>{"bus", "bodhi", "git", "koschei"});
    CHECK(timeline.ask("/api/v1/directory?offset=1&limit=2").size() == 2);
    for (const std::string target : {"/api/v1/accounts/nobody", "/api/v1/accounts/lookup?acct=nobody",
                                     "/api/v1/accounts/lookup", "/api/v1/accounts/lookup?acct=git@elsewhere.example",
                                     "/api/v1/accounts/nobody/statuses", "/api/v1/accounts/2", "/api/v1/accounts/"})
        CHECK(timeline.ask(target, 404)["error"].is_string());
}

TEST_CASE("a service that is named like the bus, or like a number, has no account of its own") {
    CHECK(ApiAccounts::is_name("release-monitoring.org"));
    for (const std::string name : {"bus", "Bus", "1", "42", "", "a b", "a/b", ".hidden", "\u00e9", "a@b"})
        CHECK_FALSE(ApiAccounts::is_name(name));
    CHECK_FALSE(ApiAccounts::is_name(std::string(65, 'a')));
}

TEST_CASE("the instance says what clients decide by, in both versions") {
    StoredTimeline timeline;
    timeline.add_many(3);
    const auto first = timeline.ask("/api/v1/instance/");
    check_fields(first, {{"uri", text},
                         {"title", text},
                         {"short_description", text},
                         {"description", text},
                         {"email", text},
                         {"version", text},
                         {"urls", object},
                         {"stats", object},
                         {"thumbnail", text},
                         {"languages", list},
                         {"registrations", boolean},
                         {"approval_required", boolean},
                         {"invites_enabled", boolean},
                         {"configuration", object},
                         {"contact_account", object},
                         {"rules", list}});
    CHECK(first["uri"] == "bus.example.org");
    CHECK(first["urls"]["streaming_api"] == "wss://bus.example.org");
    CHECK(first["stats"] == json{{"user_count", 3}, {"status_count", 3}, {"domain_count", 1}});
    CHECK(first["version"].get<std::string>().starts_with("4."));
    CHECK(first["registrations"] == false);
    check_account(first["contact_account"]);
    const auto second = timeline.ask("/api/v2/instance");
    check_fields(second, {{"domain", text},
                          {"title", text},
                          {"version", text},
                          {"source_url", text},
                          {"description", text},
                          {"usage", object},
                          {"thumbnail", object},
                          {"languages", list},
                          {"configuration", object},
                          {"registrations", object},
                          {"contact", object},
                          {"rules", list},
                          {"api_versions", object}});
    CHECK(second["configuration"]["urls"]["streaming"] == "wss://bus.example.org");
    CHECK(second["configuration"]["statuses"]["characters_reserved_per_url"] == 23);
    check_account(second["contact"]["account"]);
    // An empty timeline is an instance too.
    StoredTimeline empty;
    CHECK(empty.ask("/api/v2/instance")["contact"]["account"]["last_status_at"].is_null());
}

TEST_CASE("below a sub-path every address is there too, and says so") {
    StoredTimeline timeline("http://bus.example.org:8080/some/where");
    timeline.add_many(3);
    const auto answer = timeline.get("/some/where/api/v1/timelines/public?limit=2");
    CHECK(json::parse(answer.body).size() == 2);
    CHECK(linked(answer, "next") ==
          "http://bus.example.org:8080/some/where/api/v1/timelines/public?limit=2&max_id=" + id(2));
    CHECK(timeline.ask("/some/where/api/v1/instance")["urls"]["streaming_api"] ==
          "http://bus.example.org:8080/some/where");
    CHECK(timeline.ask("/some/where/api/v2/instance")["domain"] == "bus.example.org:8080");
    CHECK(timeline.ask("/some/where/api/v1/nothing", 404)["error"].is_string());
}

TEST_CASE("search finds words, names, hashtags and addresses") {
    StoredTimeline timeline;
    timeline.add_many(30);
    const auto found = timeline.ask("/api/v2/search?q=sentence&limit=10&offset=5");
    CHECK(found["statuses"].size() == 10);
    CHECK(found["statuses"][0]["id"] == id(25));
    CHECK(found["accounts"].empty());
    const auto git = timeline.ask("/api/v2/search?q=git");
    CHECK(texts(git["accounts"], "id") == std::vector<std::string>{"git"});
    CHECK(texts(git["hashtags"], "name") == std::vector<std::string>{"git"});
    CHECK(timeline.ask("/api/v2/search?q=git&type=hashtags")["accounts"].empty());
    CHECK(timeline.ask("/api/v2/search?q=%23kernel")["hashtags"][0]["url"] ==
          "https://bus.example.org/?package=kernel");
    CHECK(timeline.ask("/api/v2/search?q=@git@bus.example.org")["accounts"].size() == 1);
    CHECK(timeline.ask("/api/v2/search?q=@git@elsewhere.example")["accounts"].empty());
    const auto address = timeline.ask("/api/v2/search?q=https://bus.example.org/m/7&resolve=true");
    CHECK(texts(address["statuses"], "id") == std::vector{id(7)});
    CHECK(timeline.ask("/api/v2/search?q=sentence&account_id=git&type=statuses")["statuses"].size() == 15);
    CHECK(timeline.ask("/api/v2/search?q=sentence&max_id=" + id(3))["statuses"].size() == 2);
    for (const std::string target :
         {"/api/v2/search", "/api/v2/search?q=%20", "/api/v2/search?q=nosuchword", "/api/v2/search?q=%22%2A%28"})
        CHECK(timeline.ask(target)["statuses"].empty());
}

TEST_CASE("a search for more words than there may be is refused, and finds not everything") {
    StoredTimeline timeline;
    timeline.add_many(3);
    std::string words = "sentence";
    for (std::size_t i = 1; i < TimelineFilter::most_words; ++i) words += "+a";
    CHECK(timeline.ask("/api/v2/search?q=" + words)["statuses"].empty());
    CHECK(timeline.ask("/api/v2/search?q=" + words + "+a", 400)["error"] ==
          "The parameter q asks for too many words: at most 32");
}

TEST_CASE("what belongs to a user is refused as to one who is not logged in") {
    StoredTimeline timeline;
    for (const std::string target :
         {"/api/v1/accounts/verify_credentials", "/api/v1/timelines/home", "/api/v1/notifications?limit=3",
          "/api/v1/accounts/relationships?id[]=git", "/api/v1/accounts/search?q=git", "/api/v1/lists/7/accounts",
          "/api/v2/filters/", "/api/v1/streaming/user", "/api/v1/streaming?stream=direct"}) {
        INFO(target);
        CHECK(timeline.ask(target, 401)["error"].is_string());
    }
    CHECK(timeline.ask("/api/v1/accounts/verify_credentials", 401)["error"] == "The access token is invalid");
}

TEST_CASE("a host is looked up by NodeInfo and WebFinger") {
    StoredTimeline timeline;
    timeline.add_many(4);
    const auto links = timeline.ask("/.well-known/nodeinfo");
    CHECK(links["links"][0]["href"] == "https://bus.example.org/nodeinfo/2.0");
    const auto info = timeline.ask("/nodeinfo/2.0");
    CHECK(info["version"] == "2.0");
    CHECK(info["software"]["name"] == "fedmsgbot");
    CHECK(info["usage"] == json{{"users", {{"total", 3}}}, {"localPosts", 4}});
    CHECK(info["openRegistrations"] == false);
    const auto git = timeline.ask("/.well-known/webfinger?resource=acct:git@bus.example.org");
    CHECK(git["subject"] == "acct:git@bus.example.org");
    CHECK(git["links"][0]["href"] == "https://bus.example.org/?category=git");
    CHECK(git["links"][1]["href"] == "https://bus.example.org/feed.atom?category=git");
    CHECK(timeline.ask("/.well-known/webfinger?resource=https://bus.example.org/?category=git")["subject"] ==
          git["subject"]);
    CHECK(timeline.ask("/.well-known/webfinger?resource=https://bus.example.org/")["subject"] ==
          "acct:bus@bus.example.org");
    CHECK(timeline.get("/.well-known/webfinger?resource=acct:git@bus.example.org").type == "application/jrd+json");
    timeline.ask("/.well-known/webfinger", 400);
    for (const std::string resource : {"acct:nobody@bus.example.org", "acct:git@elsewhere.example", "acct:git", "x"})
        timeline.ask("/.well-known/webfinger?resource=" + resource, 404);
}
