#include "config/reader.h"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace std::chrono_literals;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

Table read(std::string_view text) {
    auto table = Table::from_text(text, "f.toml");
    INFO((table ? "" : describe(table.problems())));
    REQUIRE(table);
    return std::move(table).value();
}

std::string place(const Position& where) { return describe(Problem{where, ""}); }

}  // namespace

TEST_CASE("a table gives what stands in the file, and no problem") {
    auto table = read(R"(
name  = "bot"
tls   = true
port  = 6697
wait  = "5m"
list  = ["a", "b"]
mode  = "quick"
)");
    CHECK(table.text("name") == "bot");
    CHECK(table.text("other", "fallback") == "fallback");
    CHECK(table.flag("tls", false));
    CHECK(table.flag("no", true));
    CHECK(table.number("port", 1, 1, 65535) == 6697);
    CHECK(table.number("size", 7, 1, 9) == 7);
    CHECK(table.duration("wait", 1s) == 5min);
    CHECK(table.duration("rest", 3s) == 3s);
    CHECK(table.texts("list") == std::vector<std::string>{"a", "b"});
    CHECK(table.texts("none").empty());
    CHECK(table.choice("mode", {"slow", "quick"}) == "quick");
    CHECK(table.choice("pick", {"slow", "quick"}) == "slow");
    CHECK(table.has("name"));
    CHECK_FALSE(table.has("nam"));
    CHECK(describe(table.problems()).empty());
}

TEST_CASE("every wrong type is told at its value, and the fallback stands for it") {
    auto table = read(R"(name = 7
tls = "yes"
port = 70000
size = 1.5
wait = 30
rest = "fast"
list = "a"
more = ["a", 2]
mode = "quik"
sub = 1
many = {}
empty = ""
)");
    CHECK(table.text("name", "x") == "x");
    CHECK(table.flag("tls", true));
    CHECK(table.number("port", 5, 1, 65535) == 5);
    CHECK(table.number("size", 6, 1, 65535) == 6);
    CHECK(table.duration("wait", 2s) == 2s);
    CHECK(table.duration("rest", 3s) == 3s);
    CHECK(table.texts("list").empty());
    CHECK(table.texts("more") == std::vector<std::string>{"a", ""});
    CHECK(table.choice("mode", {"slow", "quick"}) == "slow");
    CHECK_FALSE(table.table("sub"));
    CHECK(table.tables("many").empty());
    CHECK(table.text("empty").empty());
    CHECK(table.text("absent").empty());
    CHECK(describe(table.problems()) ==
          R"(f.toml:1:1: missing key "absent"
f.toml:1:8: "name" must be a string, not a whole number
f.toml:2:7: "tls" must be true or false, not a string
f.toml:3:8: "port" must be from 1 to 65535
f.toml:4:8: "size" must be a whole number, not a date or a number with a fraction
f.toml:5:8: "wait" must be a duration like "250ms", "2s", "5m", "1h" or "7d", not a whole number
f.toml:6:8: "rest" must be a duration like "250ms", "2s", "5m", "1h" or "7d", not "fast"
f.toml:7:8: "list" must be a list of strings, not a string
f.toml:8:14: "more" must hold strings, not a whole number
f.toml:9:8: "mode" must be one of "slow", "quick", not "quik"; did you mean "quick"?
f.toml:10:7: "sub" must be a table, not a whole number
f.toml:11:8: "many" must be a list of tables, each written [[many]]
f.toml:12:9: "empty" must not be empty
)");
}

TEST_CASE("keys that nobody asked for are told at any depth, with the key that was meant") {
    auto table = read(R"(state = "x"
stat_dir = "y"
[bridge.libera]
kind = "irc"
pace = { brust = 5, every = "2s" }
[bridge.libera.deep]
wrong = 1
[[route]]
nmae = "a"
[[route]]
name = "b"
x = { y = { z = 1 } }
[unread]
a = 1
)");
    table.text("state", "");
    table.text("state_dir", "");
    for (auto& [name, bridge] : table.children("bridge")) {
        bridge.text("kind");
        auto pace = bridge.table("pace");
        REQUIRE(pace);
        pace->number("burst", 1, 1, 9);
        pace->duration("every", 1s);
        bridge.table("deep");
    }
    for (auto& route : table.tables("route")) route.text("name", "");
    CHECK(describe(table.problems()) == R"(f.toml:2:1: unknown key "stat_dir"; did you mean "state_dir"?
f.toml:5:10: unknown key "brust"; did you mean "burst"?
f.toml:7:1: unknown key "wrong"
f.toml:9:1: unknown key "nmae"; did you mean "name"?
f.toml:12:1: unknown key "x"
f.toml:13:2: unknown key "unread"
)");
}

TEST_CASE("a key that is ignored is known with all that is in it") {
    auto table = read("[notes]\nanything = 1\n");
    table.ignore("notes");
    CHECK(describe(table.problems()).empty());
}

TEST_CASE("a table tells what was asked of it, whether it was there or not") {
    auto table = read("[bridge.a]\nnick = \"x\"\n[[route]]\n[[route]]\n");
    table.flag("tls", true);
    for (auto& [name, bridge] : table.children("bridge")) bridge.text("nick");
    for (auto& route : table.tables("route")) route.secret("key");
    CHECK(table.asked() == std::set<std::string>{"bridge", "bridge.a", "bridge.a.nick", "route", "route.key_env",
                                                 "route.key_file", "tls"});
}

TEST_CASE("sub-tables come in the order of the file") {
    auto table = read(R"([bridge.zulu]
[source.one]
[bridge.alpha]
[bridge.mike]
[[route]]
n = "2"
[[route]]
n = "1"
[map]
zz = "first"
aa = "second"
"é b" = "third"
)");
    std::string order;
    for (const auto& [name, bridge] : table.children("bridge")) order += name + " " + place(bridge.where()) + "\n";
    for (auto& route : table.tables("route")) order += route.text("n") + "\n";
    for (const auto& [key, text] : table.table("map")->entries()) order += key + "=" + text + "\n";
    CHECK(order == "zulu f.toml:1:1: \nalpha f.toml:3:1: \nmike f.toml:4:1: \n2\n1\nzz=first\naa=second\né b=third\n");
    table.children("source");
    CHECK(table.children("absent").empty());
    CHECK_FALSE(table.table("absent"));
    CHECK(describe(table.problems()).empty());
}

TEST_CASE("what is no table among tables, and no string in a map, is told") {
    auto table = read("bridge = { a = 1 }\nroute = [1]\n[map]\nred = 4\ngreen = \"3\"\n");
    CHECK(table.children("bridge").empty());
    CHECK(table.tables("route").empty());
    CHECK(table.table("map")->entries().size() == 1);
    CHECK(describe(table.problems()) == R"(f.toml:1:16: "bridge" holds tables only, each written [bridge.NAME]
f.toml:2:10: "route" must hold tables, not a whole number
f.toml:4:7: "red" must be a string, not a whole number
)");
}

TEST_CASE("places are exact, by character, also inside strings") {
    const auto table = read(
        "\"é\" = \"über {{ x }}\"\n"
        "single = 'C:\\x'\n"
        "esc = \"a\\\"b\\u00e9c\\\\d\"\n"
        "long = \"\"\"\n"
        "  first\n"
        "second {{\n"
        "\"\"\"\n"
        "raw = '''now\n"
        "then'''\n"
        "joined = \"\"\"one \\\r\n"
        "   two\"\"\"\r\n"
        "list = [\"a\",\n"
        "  \"b\"]\n");
    CHECK(place(table.where("é")) == "f.toml:1:7: ");
    CHECK(place(table.where("é", 0)) == "f.toml:1:8: ");
    CHECK(place(table.where("é", 6)) == "f.toml:1:13: ");  // the ü has two bytes
    CHECK(place(table.where("single", 2)) == "f.toml:2:13: ");
    CHECK(place(table.where("esc", 2)) == "f.toml:3:11: ");
    CHECK(place(table.where("esc", 5)) == "f.toml:3:18: ");
    CHECK(place(table.where("esc", 7)) == "f.toml:3:21: ");
    CHECK(place(table.where("long", 0)) == "f.toml:5:1: ");
    CHECK(place(table.where("long", 2)) == "f.toml:5:3: ");
    CHECK(place(table.where("long", 8)) == "f.toml:6:1: ");
    CHECK(place(table.where("raw", 0)) == "f.toml:8:10: ");
    CHECK(place(table.where("raw", 4)) == "f.toml:9:1: ");
    CHECK(place(table.where("joined", 4)) == "f.toml:11:4: ");
    CHECK(place(table.where("joined", 5)) == "f.toml:11:5: ");
    CHECK(place(table.where_element("list", 1)) == "f.toml:13:3: ");
    CHECK(place(table.where_element("list", 9)) == "f.toml:12:8: ");
    CHECK(place(table.where("absent", 3)) == "f.toml:1:1: ");
    CHECK(place(table.where("long", 9999)) == "f.toml:14:1: ");
}

TEST_CASE("places inside strings agree with the string where lines end as on Windows") {
    auto table = read("long = \"\"\"\r\nab\r\ncd\"\"\"\r\nraw = '''\r\nab\r\ncd'''\r\n");
    CHECK(place(table.where("long", table.text("long").find("cd"))) == "f.toml:3:1: ");
    CHECK(place(table.where("raw", table.text("raw").find("cd"))) == "f.toml:6:1: ");
}

TEST_CASE("a text that is no TOML is one problem at its place") {
    const auto problems = [](std::string_view text) { return describe(Table::from_text(text, "f.toml").problems()); };
    CHECK(problems("a = \n") == "f.toml:1:5: Error while parsing key-value pair: expected value, saw '\\n'\n");
    CHECK(problems("a = 1\na = 2\n") ==
          "f.toml:2:5: Error while parsing key-value pair: cannot redefine existing integer 'a'\n");
    CHECK(problems("a = \"\x01\"\n").find('\x01') == std::string::npos);
    CHECK_FALSE(Table::from_text("a = " + std::string(100000, '[') + std::string(100000, ']'), "f.toml"));
}

TEST_CASE("a file that cannot be read is a problem that says why") {
    const TempFolder folder;
    const auto absent = (folder / "absent.toml").string();
    CHECK(describe(Table::from_file(absent).problems()) == absent + ": cannot be read: No such file or directory\n");
    CHECK(describe(Table::from_file(folder.path()).problems()) ==
          folder.path().string() + ": cannot be read: Is a directory\n");
    write_file(folder / "good.toml", "\xef\xbb\xbf# with a mark\na = 1\n");
    CHECK(Table::from_file(folder / "good.toml"));
}

TEST_CASE("a secret comes from a file or the environment, without the white space at its end") {
    const TempFolder folder;
    write_file(folder / "token", "s3cret \r\n");
    auto from_file = read("token_file = \"" + (folder / "token").string() + "\"\n");
    CHECK(from_file.secret("token") == "s3cret");
    CHECK(describe(from_file.problems()).empty());

    ::setenv("FEDMSGBOT_TEST_SECRET", "hidden\n", 1);
    auto from_environment = read("token_env = \"FEDMSGBOT_TEST_SECRET\"\n");
    CHECK(from_environment.secret("token") == "hidden");
    CHECK(describe(from_environment.problems()).empty());

    auto none = read("");
    CHECK(none.secret("token").empty());
    CHECK(describe(none.problems()).empty());
}

TEST_CASE("a secret that is not there, empty, named twice or written out is told without showing it") {
    const TempFolder folder;
    const auto file = (folder / "empty").string();
    write_file(file, " \n");
    ::unsetenv("FEDMSGBOT_TEST_ABSENT");
    auto table = read("[a]\ntoken_file = \"/nowhere/x\"\n[b]\ntoken_file = \"" + file +
                      "\"\n[c]\ntoken_env = \"FEDMSGBOT_TEST_ABSENT\"\n[d]\ntoken = \"s3cret\"\n"
                      "[e]\ntoken_file = \"/nowhere/x\"\ntoken_env = \"X\"\n[f]\ntoken_file = 3\n");
    for (const auto* name : {"a", "b", "c", "d", "e", "f"}) CHECK(table.table(name)->secret("token").empty());
    CHECK(describe(table.problems()) ==
          R"(f.toml:8:9: a secret does not stand in this file: use "token_file" or "token_env"
f.toml:11:13: "token_file" and "token_env" exclude each other
f.toml:13:14: "token_file" must be a string, not a whole number
)");
    CHECK(describe(table.missing()) ==
          "f.toml:2:14: /nowhere/x cannot be read: No such file or directory\nf.toml:4:14: " + file + R"( is empty
f.toml:6:13: the environment variable FEDMSGBOT_TEST_ABSENT is not set
f.toml:10:14: /nowhere/x cannot be read: No such file or directory
)");
}

TEST_CASE("a slip of the pen finds its word, another word does not") {
    const std::vector<std::string> words{"endpoints", "topics", "nick", "to"};
    CHECK(nearest("endpoint", words) == "endpoints");
    CHECK(nearest("tpoics", words) == "topics");
    CHECK(nearest("nikc", words) == "nick");
    CHECK(nearest("t", words) == "to");
    CHECK(nearest("x", words).empty());
    CHECK(nearest("colour", words).empty());
    CHECK(nearest("", words).empty());
    CHECK(nearest(std::string(100000, 'e'), words).empty());
}

TEST_CASE("a mistake that several readers of a key find is told once") {
    auto table = Table::from_text("a = 1\nb = 2\n", "f.toml").value();
    for (int readers = 0; readers < 3; ++readers) {
        table.text("a", "");
        table.flag("b", false);
    }
    CHECK(describe(table.problems()) ==
          "f.toml:1:5: \"a\" must be a string, not a whole number\n"
          "f.toml:2:5: \"b\" must be true or false, not a whole number\n");
}

TEST_CASE("durations have a unit and an end") {
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("2s") == 2s);
    CHECK(parse_duration("5m") == 5min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("7d") == 168h);
    CHECK(parse_duration("0s") == 0s);
    CHECK(parse_duration("3653d") == 24h * 3653);
    for (const auto* bad : {"", "s", "5", "-1s", "-0s", "+1s", "1.5s", " 1s", "1s ", "1 s", "1w", "3654d",
                            "99999999999999999999s", "9223372036854775807d"})
        CHECK_FALSE(parse_duration(bad));
}
