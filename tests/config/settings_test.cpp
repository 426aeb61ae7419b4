#include "config/settings.h"

#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

Table read(std::string_view text) {
    auto table = Table::from_text(text, "f.toml");
    REQUIRE(table);
    return std::move(table).value();
}

// A file that is right but for what the test adds.
const std::string frame = R"(state_dir = "/var/lib/bot"
[source.bus]
kind = "file"
[bridge.libera]
kind = "irc"
[bridge.timeline]
kind = "timeline"
)";

std::string problems_of(const std::string& text) {
    auto root = read(text);
    auto settings = read_settings(root);
    for (auto& source : settings.sources) source.table.ignore_all();
    for (auto& bridge : settings.bridges) bridge.table.ignore_all();
    return describe(root.problems());
}

std::vector<std::string> texts(const std::vector<TopicPattern>& patterns) {
    std::vector<std::string> texts;
    for (const auto& pattern : patterns) texts.push_back(pattern.text());
    return texts;
}

}  // namespace

TEST_CASE("the configuration that the customer wrote is accepted as it stands") {
    auto root = read(testing::read_file(testing::source_folder() / "tests/config/sample.toml"));
    auto settings = read_settings(root);
    for (auto& source : settings.sources) source.table.ignore_all();
    for (auto& bridge : settings.bridges) bridge.table.ignore_all();
    CHECK(describe(root.problems()).empty());

    CHECK(settings.state_dir == "/var/lib/fedmsgbot");
    CHECK(settings.grace == 10s);
    CHECK(settings.log_level == log::Level::info);
    REQUIRE(settings.sources.size() == 1);
    CHECK(settings.sources[0].name == "bus");
    CHECK(settings.sources[0].kind == "zmq");
    REQUIRE(settings.bridges.size() == 3);
    CHECK(settings.bridges[0].name == "libera");
    CHECK(settings.bridges[1].name == "blog");
    CHECK(settings.bridges[2].name == "timeline");
    CHECK(settings.bridges[1].kind == "mastodon");
    CHECK(settings.bridges[1].table.text("url") == "https://botsin.example");

    REQUIRE(settings.routes.size() == 2);
    const auto& failed = settings.routes[1];
    CHECK(failed.name == "failed builds");
    CHECK(texts(failed.topics) == std::vector<std::string>{"buildsys.build.state.change"});
    CHECK(texts(failed.not_topics) == std::vector<std::string>{"*.stg.#"});
    CHECK(failed.packages == std::vector<std::string>{"kernel", "python-*"});
    CHECK(failed.users.empty());
    CHECK(failed.text == std::vector<std::string>{"(?i)failed"});
    CHECK(failed.not_text.empty());
    CHECK(failed.to == std::vector<std::string>{"libera/#fedora-kernel", "blog"});
    REQUIRE(failed.to_positions.size() == 2);
    CHECK(describe(Problem{failed.to_positions[1], ""}) == "f.toml:41:40: ");
}

TEST_CASE("all mistakes of the settings are told at once, each with its place") {
    CHECK(problems_of(R"(statedir = "/x"
grace = 3
log_level = "warning"
[source.bus]
[bridge."a/b"]
kind = "irc"
[bridge.journal]
kind = "timeline"
[bridge.libera]
knd = "irc"
nick = "unread"
[bridge.timeline]
kind = "timeline"
[[route]]
name = "one"
topics = ["bodhi.#", "a..b", "x*"]
text = ["(?i)good", "(bad"]
not_text = ["[z-a]"]
to = ["timelime", "libera/#a", "nobody/#b"]
[[route]]
name = "one"
topics = []
to = ["timeline"]
[[route]]
nmae = "two"
)") == R"(f.toml:1:1: missing key "state_dir"
f.toml:1:1: unknown key "statedir"; did you mean "state_dir"?
f.toml:2:9: "grace" must be a duration like "250ms", "2s", "5m", "1h" or "7d", not a whole number
f.toml:3:13: "log_level" must be one of "info", "debug", "warn", "error", not "warning"
f.toml:4:1: missing key "kind"
f.toml:5:1: the name of a bridge is made of letters, digits, - and _, at most 64: "a/b"
f.toml:7:1: a bridge cannot be named "journal": the bot's own file is
f.toml:9:1: missing key "kind"
f.toml:16:22: bad topic pattern "a..b": two dots in a row, or a dot at an end
f.toml:16:30: bad topic pattern "x*": * and # stand for whole words
f.toml:17:21: bad regular expression "(bad": missing ): (bad
f.toml:18:13: bad regular expression "[z-a]": invalid character class range: z-a
f.toml:19:7: there is no bridge "timelime"; did you mean "timeline"?
f.toml:19:32: there is no bridge "nobody"
f.toml:21:8: another route is named "one" too
f.toml:22:10: "topics" must not be empty
f.toml:24:1: missing key "name"
f.toml:24:1: missing key "topics"
f.toml:24:1: missing key "to"
f.toml:25:1: unknown key "nmae"; did you mean "name"?
)");
}

TEST_CASE("a configuration without source, bridge or route says what is missing") {
    CHECK(problems_of("state_dir = \"/x\"\n") == R"(f.toml:1:1: there is no source: a [source.NAME] is missing
f.toml:1:1: there is no bridge: a [bridge.NAME] is missing
f.toml:1:1: there is no route: a [[route]] is missing
)");
    CHECK(problems_of(frame + "[[route]]\nname = \"a\"\ntopics = [\"#\"]\nto = [\"timeline\"]\n").empty());
}

TEST_CASE("a folder of rules that is not there is missing, not a mistake") {
    const testing::TempFolder folder;
    auto root = read("rules = [\"" + folder.path().string() + "\",\n\"/nowhere/rules\"]\n" + frame);
    CHECK(read_settings(root).rules == std::vector<std::filesystem::path>{folder.path()});
    CHECK(describe(root.missing()) == "f.toml:2:1: there is no folder /nowhere/rules\n");
}

TEST_CASE("a bridge's pace has its kind's defaults") {
    auto table = read(R"([plain]
[full]
pace = { burst = 5, every = "2s" }
max_age = "1d"
max_posts = 20
[half]
pace = { every = "0s" }
[bad]
pace = { burst = 0, evry = "2s" }
max_posts = 0
)");
    const auto keys = [&](const char* name) {
        auto bridge = *table.table(name);
        return read_outbox_keys(bridge, 4, 3s);
    };
    const auto plain = keys("plain");
    CHECK(plain.burst == 4);
    CHECK(plain.every == 3s);
    CHECK(plain.max_age == 0s);
    CHECK(plain.max_posts == 1000);
    const auto full = keys("full");
    CHECK(full.burst == 5);
    CHECK(full.every == 2s);
    CHECK(full.max_age == 24h);
    CHECK(full.max_posts == 20);
    CHECK(keys("half").burst == 4);
    CHECK(keys("half").every == 0s);
    CHECK(keys("bad").burst == 4);
    const auto problems = describe(table.problems());
    CHECK(problems.find("f.toml:9:18: \"burst\" must be from 1 to 1000\n") != std::string::npos);
    CHECK(problems.find("f.toml:9:21: unknown key \"evry\"; did you mean \"every\"?\n") != std::string::npos);
    CHECK(problems.find("f.toml:10:13: \"max_posts\" must be from 1 to 100000\n") != std::string::npos);
}
