#include "bot/setup.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

LineParts parts(const std::string& route_more, const std::string& to, const std::string& more = "") {
    const auto setup = read_setup(R"(state_dir = "/nonexistent"
[source.f]
kind = "file"
path = "/dev/null"
[bridge.net]
kind = "irc"
server = "127.0.0.1"
nick = "bot"
)" + more + "[[route]]\nname = \"r\"\ntopics = [\"#\"]\nto = [\"" +
                                      to + "\"]\n" + route_more,
                                  "test.toml");
    if (!setup) FAIL(describe(setup.problems()));
    return setup->parts();
}

}  // namespace

TEST_CASE("only what bridges show and routes look at is made of a line") {
    const std::string timeline = "[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:8080\"\n";
    CHECK(parts("", "net/#a") == LineParts::sentence);
    CHECK(parts("text = [\"failed\"]\n", "net/#a") == LineParts::sentence);
    CHECK(parts("packages = [\"kernel\"]\n", "net/#a") == LineParts::all);
    CHECK(parts("users = [\"ilse\"]\n", "net/#a") == LineParts::all);
    CHECK(parts("", "timeline", timeline) == LineParts::all);
}

TEST_CASE("ready posts are for targets that there are, and need no route") {
    const auto read = [](const std::string& target) {
        return read_setup(R"(state_dir = "/nonexistent"
[source.posts]
kind = "amqp"
url = "amqp://127.0.0.1"
posts = [")" + target + R"("]
[bridge.net]
kind = "irc"
server = "127.0.0.1"
nick = "bot"
)",
                          "test.toml");
    };
    const auto good = read("net/#a");
    REQUIRE(good);
    CHECK(good->bridges.at(0).targets == std::vector<std::string>{"net/#a"});
    CHECK(good->bridges.at(0).addresses == std::vector<std::string>{"#a"});
    CHECK(describe(read("other/#a").problems()).find("test.toml:5:10: there is no bridge \"other\"") == 0);
    CHECK(describe(read("net").problems()).find("test.toml:5:10: target \"net\"") == 0);
}

TEST_CASE("two bridges to one network are told, by whatever name it stands") {
    struct Case {
        std::string other;
        std::string told;
    };
    const auto expected =
        GENERATE(Case{"server = \"IRC.example\"\n", "bridge \"one\" connects to irc.example too"},
                 Case{"servers = [\"irc.elsewhere\", \"irc.example:7000\"]\n", "connects to irc.example too"},
                 Case{"server = \"irc.elsewhere\"\n", ""});
    const auto setup = read_setup(
        "state_dir = \"/nonexistent\"\n[source.f]\nkind = \"file\"\npath = \"/dev/null\"\n"
        "[bridge.one]\nkind = \"irc\"\nserver = \"irc.example\"\nnick = \"bot\"\n"
        "[bridge.two]\nkind = \"irc\"\nnick = \"bot\"\n" +
            expected.other + "[[route]]\nname = \"r\"\ntopics = [\"#\"]\nto = [\"one/#a\", \"two/#b\"]\n",
        "test.toml");
    if (!setup) FAIL(describe(setup.problems()));
    REQUIRE(setup->doubts.size() == (expected.told.empty() ? 0 : 1));
    if (!expected.told.empty()) CHECK(setup->doubts.front().text.find(expected.told) != std::string::npos);
}

TEST_CASE("catching up on a queue that other bots may read is told") {
    const auto doubts = [](const std::string& source) {
        const auto setup = read_setup(
            "state_dir = \"/nonexistent\"\n[source.bus]\nkind = \"amqp\"\nurl = \"amqp://127.0.0.1\"\n" + source +
                "[bridge.timeline]\nkind = \"timeline\"\n"
                "[[route]]\nname = \"r\"\ntopics = [\"#\"]\nto = [\"timeline\"]\n",
            "test.toml");
        if (!setup) FAIL(describe(setup.problems()));
        return describe(setup->doubts);
    };
    const std::string archive = "catch_up = { archive = \"https://archive.example\" }\n";
    const std::string uuid = "queue = \"1c3ddf6e-26b1-4d4b-9d43-4b8a4f6b2a11\"\n";
    CHECK(doubts("queue = \"bot\"\n" + archive).find("test.toml:6:12: bots that share a queue") == 0);
    CHECK(doubts("queue = \"bot\"\npassive = true\n" + archive).find("the queue \"bot\"") != std::string::npos);
    CHECK_FALSE(doubts(uuid + "single_active_consumer = true\n" + archive).empty());
    CHECK(doubts("queue = \"bot\"\n").empty());
    CHECK(doubts(archive).empty());         // the broker's own name for it
    CHECK(doubts(uuid + archive).empty());  // as Fedora's broker wants it
}

TEST_CASE("an archive that anybody could speak for does not vouch for signatures") {
    const auto problems = [](const std::string& archive) {
        const auto setup = read_setup(
            "state_dir = \"/nonexistent\"\n[source.bus]\nkind = \"zmq\"\n"
            "endpoints = [\"tcp://127.0.0.1:1\"]\nca_url = \"https://x.example/ca\"\n"
            "catch_up = { archive = \"" +
                archive +
                "\" }\n[bridge.timeline]\nkind = \"timeline\"\n"
                "[[route]]\nname = \"r\"\ntopics = [\"#\"]\nto = [\"timeline\"]\n",
            "test.toml");
        return setup ? std::string() : describe(setup.problems());
    };
    CHECK(problems("https://archive.example/datagrepper").empty());
    CHECK(problems("http://127.0.0.1:8080").empty());
    CHECK(problems("http://localhost/").empty());
    CHECK(problems("http://archive.example").find("test.toml:6:12: signatures are asked for") == 0);
    CHECK(problems("http://127.0.0.1.example/").find("test.toml:6:12: signatures are asked for") == 0);
}

TEST_CASE("a route that looks at signatures needs sources that can verify them") {
    const auto setup = read_setup(R"(state_dir = "/nonexistent"
[source.f]
kind = "file"
path = "/dev/null"
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:8080"
[[route]]
name = "r"
topics = ["#"]
trust = "mark"
to = ["timeline"]
)",
                                  "test.toml");
    REQUIRE_FALSE(setup);
    CHECK(describe(setup.problems()) ==
          "test.toml:2:1: the route \"r\" looks at signatures: this source needs a \"ca_file\" or \"ca_url\"\n");
}
