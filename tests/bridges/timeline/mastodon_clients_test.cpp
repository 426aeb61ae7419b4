// Clients that know nothing of us read a timeline as Mastodon's: Debian's toot and Mastodon.py, and masto.js from npm.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/timeline/mastodon_view.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

void add(LiveTimeline& timeline, int first, int last) {
    for (int i = first; i <= last; ++i)
        timeline.add(message("id-" + std::to_string(i)),
                     full_line("sentence " + std::to_string(i) + ".", i % 2 == 0 ? "git" : "bodhi"),
                     at_second(1385298000 + i));
    timeline.deliver();
}

TimelineSettings named() {
    TimelineSettings settings;
    settings.title = "The bus";
    return settings;
}

std::int64_t number(int entry) { return MastodonView::first_id + entry; }

// The ids of entries from one to another, downwards or upwards.
template <class Id>
std::vector<Id> ids(int from, int to, int step, const std::function<Id(int)>& id) {
    std::vector<Id> out;
    for (int i = from; step < 0 ? i >= to : i <= to; i += step) out.push_back(id(i));
    return out;
}
std::vector<std::int64_t> numbers(int from, int to, int step) { return ids<std::int64_t>(from, to, step, number); }
std::vector<std::string> texts(int from, int to, int step) {
    return ids<std::string>(from, to, step, [](int i) { return MastodonView::status_id(i); });
}

Process::Options on_loopback(const TempFolder& folder) {
    Process::Options options;
    options.environment = {
        {"no_proxy", "127.0.0.1,localhost"}, {"XDG_CONFIG_HOME", folder.path().string()}, {"TZ", "UTC"}};
    return options;
}

std::string script(const std::string& name) { return (source_folder() / "tests/support/clients" / name).string(); }

using Command = std::vector<std::string>;

Command operator+(Command command, const Command& more) {
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

json asked(const Command& command) {
    const TempFolder folder;
    const auto done = run(command, on_loopback(folder), 120s);
    INFO(done.output << done.errors);
    REQUIRE(done.status == 0);
    return json::parse(done.output);
}

// Starts the client, makes 60 messages from that one on, in batches of growing size, once it listens, and gives what it
// heard of them.
json heard_of_sixty(LiveTimeline& timeline, int next, const Command& command) {
    const TempFolder folder;
    Process client(command, on_loopback(folder));
    const bool listens = client.says("listening", 60s);
    INFO(client.output() << client.errors());
    REQUIRE(listens);
    for (const int size : {1, 2, 7, 50}) {
        add(timeline, next, next + size - 1);
        next += size;
    }
    const auto status = client.wait(60s);
    INFO(client.output() << client.errors());
    REQUIRE(status == 0);
    const auto output = client.output();
    return json::parse(output.substr(output.find('{')));
}

Command mastodon_py(const std::string& url) { return {"/usr/bin/python3", script("mastodon_py.py"), url}; }

// masto.js comes from npm; where that cannot be reached the tests that need it say so, and are not made.
std::optional<Command> masto_js(const std::string& url) {
    const auto folder = std::filesystem::path(binary()).parent_path() / "masto";
    std::filesystem::create_directories(folder);
    const auto fetch = source_folder() / "tests/support/fetch_masto.sh";
    const auto fetched = run({"flock", (folder / "lock").string(), "sh", fetch.string(), folder.string()}, {}, 180s);
    if (fetched.status != 0) {
        WARN("NOT TESTED with masto.js, which needs nodejs, npm and its registry: " << fetched.errors);
        return {};
    }
    return Command{"node", script("masto.mjs"), folder.string(), url};
}

}  // namespace

TEST_CASE("Mastodon.py pages through 200 messages and gets each once, in order") {
    LiveTimeline timeline;
    add(timeline, 1, 200);
    const auto found = asked(mastodon_py(timeline.url("")) + Command{"page"});
    CHECK(found["ids"].get<std::vector<std::int64_t>>() == numbers(200, 1, -1));
    CHECK(found["newest"].get<std::vector<std::int64_t>>() == numbers(6, 2, -1));
    CHECK(found["back"].get<std::vector<std::int64_t>>() == numbers(11, 7, -1));
}

TEST_CASE("Mastodon.py hears each message once as it comes") {
    LiveTimeline timeline;
    add(timeline, 1, 3);
    const auto heard =
        heard_of_sixty(timeline, 4, mastodon_py(timeline.url("")) + Command{"stream", std::to_string(number(63))});
    CHECK(heard["ids"].get<std::vector<std::int64_t>>() == numbers(4, 63, 1));
}

TEST_CASE("Mastodon.py finds what else it asks for, and is told what there is not") {
    LiveTimeline timeline(named());
    add(timeline, 1, 30);
    const auto found = asked(mastodon_py(timeline.url("")) + Command{"ask"});
    CHECK(found["title"] == "The bus");
    CHECK(found["git"] == "git");
    CHECK(found["bot"] == true);
    CHECK(found["says"].get<std::string>().find("sentence 30.") != std::string::npos);
    CHECK(found["year"] == 2013);
    CHECK(found["tagged"] == 3);
    CHECK(found["found"] == 20);
    CHECK(found["answers"] == 0);
    CHECK(found["software"] == "fedmsgbot");
    CHECK(found["healthy"] == true);
    CHECK(found["refused"] == "The access token is invalid");
    CHECK(found["written"].get<std::string>().find("reading only") != std::string::npos);
}

TEST_CASE("below a sub-path Mastodon.py pages and streams as well") {
    auto settings = named();
    settings.public_url = "http://127.0.0.1:0/some/where";
    LiveTimeline timeline(settings);
    add(timeline, 1, 45);
    const auto client = mastodon_py(timeline.url("/some/where"));
    const auto found = asked(client + Command{"page"});
    CHECK(found["ids"].get<std::vector<std::int64_t>>() == numbers(45, 1, -1));
    const auto heard = heard_of_sixty(timeline, 46, client + Command{"stream", std::to_string(number(105))});
    CHECK(heard["ids"].get<std::vector<std::int64_t>>() == numbers(46, 105, 1));
}

TEST_CASE("toot shows the timeline, one message and what a search finds") {
    LiveTimeline timeline(named());
    add(timeline, 1, 200);
    const auto host = "127.0.0.1:" + std::to_string(timeline.port());
    const json config = {
        {"apps",
         {{host, {{"instance", host}, {"base_url", timeline.url("")}, {"client_id", ""}, {"client_secret", ""}}}}},
        {"users", {{"reader@" + host, {{"instance", host}, {"username", "reader"}, {"access_token", "none"}}}}},
        {"active_user", "reader@" + host}};
    TempFolder folder;
    std::filesystem::create_directories(folder / "toot");
    write_file(folder / "toot/config.json", config.dump());
    const auto toot = [&folder](const Command& arguments) {
        const auto done = run(Command{"toot"} + arguments, on_loopback(folder), 120s);
        return done.output + done.errors;
    };
    const auto page = toot({"timeline", "--public", "--once", "--count", "20"});
    CHECK(page.find("sentence 200.") != std::string::npos);
    CHECK(page.find("sentence 181.") != std::string::npos);
    CHECK(page.find("sentence 180.") == std::string::npos);
    CHECK(page.find("@bodhi") != std::string::npos);
    CHECK(page.find("2013-11-24 13:03") != std::string::npos);
    const auto tagged = toot({"timeline", "--tag", "git", "--once", "--count", "4"});
    CHECK(tagged.find("sentence 194.") != std::string::npos);
    CHECK(tagged.find("sentence 199.") == std::string::npos);
    CHECK(toot({"thread", MastodonView::status_id(7)}).find("sentence 7.") != std::string::npos);
    CHECK(toot({"search", "git"}).find("@git") != std::string::npos);
    CHECK_THAT(toot({"whois", "git"}), Catch::Contains("What git says on The bus.") && Catch::Contains("Statuses: "));
    CHECK(toot({"instance", "--disable-https", host}).find("The bus") != std::string::npos);
    CHECK(toot({"post", "x"}).find("reading only") != std::string::npos);
}

TEST_CASE("toot's paging gets each of 200 messages once, in order") {
    LiveTimeline timeline;
    add(timeline, 1, 200);
    const auto found = asked({"/usr/bin/python3", script("toot_pages.py"), timeline.url("")});
    CHECK(found.get<std::vector<std::string>>() == texts(200, 1, -1));
}

TEST_CASE("masto.js pages through 200 messages and gets each once, in order") {
    LiveTimeline timeline;
    add(timeline, 1, 200);
    const auto client = masto_js(timeline.url(""));
    if (!client) return;
    CHECK(asked(*client + Command{"page"})["ids"].get<std::vector<std::string>>() == texts(200, 1, -1));
}

TEST_CASE("masto.js hears each message once as it comes, over a WebSocket with two subscriptions") {
    LiveTimeline timeline;
    add(timeline, 1, 3);
    const auto client = masto_js(timeline.url(""));
    if (!client) return;
    // The last one is of the hashtag too, or that subscription would not end.
    const auto heard = heard_of_sixty(timeline, 4, *client + Command{"stream", MastodonView::status_id(62)});
    CHECK(heard["ids"].get<std::vector<std::string>>() == texts(4, 62, 1));
    CHECK(heard["tagged"].get<std::vector<std::string>>() == texts(4, 62, 2));
}

TEST_CASE("masto.js finds what else it asks for, and is told what there is not") {
    LiveTimeline timeline(named());
    add(timeline, 1, 30);
    const auto client = masto_js(timeline.url(""));
    if (!client) return;
    const auto found = asked(*client + Command{"ask"});
    CHECK(found["title"] == "The bus");
    CHECK(found["weight"] == 23);
    CHECK(found["git"] == "git");
    CHECK(found["says"].get<std::string>().find("sentence 30.") != std::string::npos);
    CHECK(found["tagged"] == 3);
    CHECK(found["found"] == 20);
    CHECK(found["refused"] == "The access token is invalid");
    CHECK(found["written"].get<std::string>().find("reading only") != std::string::npos);
}
