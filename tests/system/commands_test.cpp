#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;

namespace {

Finished format(const std::string& input, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {binary(), "format"});
    return run(arguments, {{}, input, {}});
}

const std::string announcement =
    R"({"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"2026-1","msg":{"message":"Hello","link":"https://example.org/1"}})";

}  // namespace

TEST_CASE("format gives one line a message, in order, in every form the ecosystem records") {
    const auto record =
        R"({"topic":"org.fedoraproject.prod.announce.announcement","id":"2","headers":{},"body":{"message":"Second","link":"https://example.org/2"}})";
    const auto finished = format(announcement + "\n" + record + "\n");
    CHECK(finished.status == 0);
    CHECK(finished.output ==
          "announce.announcement -- Hello https://example.org/1\nannounce.announcement -- Second "
          "https://example.org/2\n");
}

TEST_CASE("format says which line is no message, goes on, and ends with 1") {
    const auto finished = format("garbage\n" + announcement + "\n\n[1,2]\n");
    CHECK(finished.status == 1);
    std::istringstream lines(finished.output);
    std::vector<std::string> seen;
    for (std::string line; std::getline(lines, line);) seen.push_back(line);
    REQUIRE(seen.size() == 4);
    CHECK(seen[0].starts_with("(no message: "));
    CHECK(seen[1] == "announce.announcement -- Hello https://example.org/1");
    CHECK(seen[2].starts_with("(no message: "));
    CHECK(seen[3].starts_with("(no message: "));
}

TEST_CASE("format --json states every field") {
    const auto finished = format(announcement + "\n", {"--json"});
    const auto json = nlohmann::json::parse(finished.output);
    for (const auto* key : {"topic", "id", "rule", "title", "text", "link", "icon", "secondary_icon", "agent",
                            "usernames", "packages", "objects", "long_form"})
        CHECK(json.contains(key));
    CHECK(json["text"] == "Hello");
    CHECK(json["id"] == "2026-1");
}

TEST_CASE("format --condense says its input in few sentences, and what was no message first") {
    const auto comment = [](const std::string& id, const std::string& who, int at) {
        return R"({"topic":"org.fedoraproject.prod.bodhi.update.comment","msg_id":")" + id + R"(","timestamp":)" +
               std::to_string(at) + R"(,"msg":{"comment":{"author":")" + who +
               R"(","update_title":"tinyharp-1-1.fc41"}}})" + "\n";
    };
    const auto input = comment("c1", "ilse", 10) + announcement + "\ngarbage\n" + comment("c2", "bo", 30);
    const auto finished = format(input, {"--condense", "--json"});
    CHECK(finished.status == 1);
    std::istringstream lines(finished.output);
    std::vector<nlohmann::json> seen;
    for (std::string line; std::getline(lines, line);) seen.push_back(nlohmann::json::parse(line));
    REQUIRE(seen.size() == 3);
    CHECK(seen[0].contains("error"));
    CHECK(seen[1]["text"] == "bo and ilse commented on tinyharp-1-1.fc41");
    CHECK(seen[1]["ids"] == nlohmann::json{"c1", "c2"});
    CHECK(seen[1]["count"] == 2);
    CHECK(seen[1]["start_time"] == 10.0);
    CHECK(seen[1]["timestamp"] == 20.0);
    CHECK(seen[2]["text"] == "Hello");
    CHECK(format(comment("c1", "ilse", 10) + comment("c2", "bo", 30), {"--condense"}).output ==
          "bodhi.update.comment -- bo and ilse commented on tinyharp-1-1.fc41 "
          "https://bodhi.fedoraproject.org/updates/tinyharp-1-1.fc41\n");
}

TEST_CASE("format survives what hostile senders put on the bus") {
    const std::string deep = R"({"topic":"a.b.c.d","msg":)" + std::string(10000, '[') + std::string(10000, ']') + "}";
    const std::string large = R"({"topic":"a.b.c.d","msg":{"text":")" + std::string(1 << 20, 'x') + "\"}}";
    const auto cases = std::vector<std::string>{
        deep,
        large,
        R"({"topic":null,"msg":{}})",
        R"({"topic":"a.b.c.d","msg":null})",
        R"({"topic":"a.b.c.d","msg":{"text":"\u0000\u0007\ud800 lone"}})",
        "{\"topic\":\"org.fedoraproject.prod.git.receive\",\"msg\":{\"commit\":[1,{\"x\":null}],\"agent\":\"\xff\xfe\"}"
        "}",
        R"({"topic":"org.fedoraproject.prod.bodhi.update.comment","msg":{"comment":7,"update":[]}})",
        R"({"topic":"org.fedoraproject.prod.buildsys.build.state.change","msg":"text"})",
    };
    std::string input;
    for (const auto& one : cases) input += one + "\n";
    const auto finished = format(input);
    CHECK(finished.status == 1);
    CHECK(static_cast<std::size_t>(std::count(finished.output.begin(), finished.output.end(), '\n')) == cases.size());
    for (const char c : finished.output) REQUIRE((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
}

TEST_CASE("check prints all problems with their places and ends with 2") {
    const TempFolder folder;
    write_file(folder / "bad.toml", "state_dir = \"" + folder.path().string() + R"("
[source.bus]
kind = "zmq"
endpoint = ["tcp://127.0.0.1:1"]
[bridge.timeline]
kind = "timeline"
[[route]]
name = "r"
topics = ["a..b"]
to = ["timelime"]
)");
    const auto finished = run({binary(), "check", "-c", (folder / "bad.toml").string()});
    CHECK(finished.status == 2);
    const auto all = finished.output + finished.errors;
    const auto file = (folder / "bad.toml").string();
    CHECK(all.find(file + ":4:") != std::string::npos);
    CHECK(all.find("endpoints") != std::string::npos);
    CHECK(all.find(file + ":9:") != std::string::npos);
    CHECK(all.find(file + ":10:") != std::string::npos);
    CHECK(all.find("did you mean \"timeline\"") != std::string::npos);
}

TEST_CASE("the annotated sample of the issue is accepted by check once its secret is there") {
    const TempFolder folder;
    auto text = read_file(source_folder() / "tests/config/sample.toml");
    const auto replace = [&](const std::string& what, const std::string& with) {
        const auto at = text.find(what);
        REQUIRE(at != std::string::npos);
        text.replace(at, what.size(), with);
    };
    write_file(folder / "blog.token", "secret\n");
    std::filesystem::create_directory(folder / "rules");
    replace("/etc/fedmsgbot/blog.token", (folder / "blog.token").string());
    replace("/etc/fedmsgbot/rules", (folder / "rules").string());
    write_file(folder / "sample.toml", text);
    const auto finished = run({binary(), "check", "-c", (folder / "sample.toml").string()});
    INFO(finished.errors);
    CHECK(finished.status == 0);
    CHECK(finished.output.find("libera") != std::string::npos);
    CHECK(finished.output.find("secret") == std::string::npos);
}

TEST_CASE("explain names the rule, the sentence and the condition that keeps a route out") {
    const TempFolder folder;
    write_file(folder / "c.toml", "state_dir = \"" + folder.path().string() + R"("
[source.bus]
kind = "file"
path = "/nowhere.jsonl"
[bridge.timeline]
kind = "timeline"
[[route]]
name = "all"
topics = ["announce.#"]
to = ["timeline"]
[[route]]
name = "kernel only"
topics = ["#"]
packages = ["kernel"]
to = ["timeline"]
)");
    const auto finished = run({binary(), "explain", "-c", (folder / "c.toml").string(), announcement});
    CHECK(finished.status == 0);
    CHECK(finished.output.find("announce.toml:") != std::string::npos);
    CHECK(finished.output.find("Hello") != std::string::npos);
    CHECK(finished.output.find("\"all\": yes, to timeline") != std::string::npos);
    CHECK(finished.output.find("\"kernel only\": no, packages") != std::string::npos);
}

TEST_CASE("bad use of the command line ends with 2 and --version with 0") {
    CHECK(run({binary()}).status == 2);
    CHECK(run({binary(), "frobnicate"}).status == 2);
    CHECK(run({binary(), "run"}).status == 2);
    CHECK(run({binary(), "run", "-c", "/nowhere/at/all.toml"}).status == 2);
    CHECK(run({binary(), "format", "/nowhere/at/all.jsonl"}).status == 2);
    const auto version = run({binary(), "--version"});
    CHECK(version.status == 0);
    CHECK(version.output.starts_with("fedmsgbot "));
    for (const std::string command : {"run", "demo", "check", "format", "explain", "replay", "publish", "relay"}) {
        const auto help = run({binary(), command, "--help"});
        CHECK(help.status == 0);
        CHECK(help.output.find("Example:") != std::string::npos);
    }
}

TEST_CASE("an operator's rule overrides a shipped one, in format and in the eyes of check") {
    const TempFolder folder;
    std::filesystem::create_directory(folder / "rules");
    write_file(folder / "rules" / "mine.toml", R"(service = "announce"
[[rule]]
name = "mine"
topics = ["announce.announcement"]
text = "MINE {{ msg.message }}"
[[rule.example]]
message = '''{"topic":"org.fedoraproject.prod.announce.announcement","msg":{"message":"hi"}}'''
text = "MINE hi"
)");
    write_file(folder / "in.jsonl", announcement + "\n");
    const auto rules = (folder / "rules").string();
    CHECK(run({binary(), "format", "--rules", rules, (folder / "in.jsonl").string()})
              .output.starts_with("announce.announcement -- MINE Hello"));
    write_file(folder / "c.toml", "state_dir = \"" + folder.path().string() + "\"\nrules = [\"" + rules + R"("]
[source.bus]
kind = "zmq"
endpoints = ["tcp://127.0.0.1:1"]
[bridge.timeline]
kind = "timeline"
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)");
    const auto checked = run({binary(), "check", "-c", (folder / "c.toml").string()});
    INFO(checked.output);
    CHECK(checked.status == 0);
}

TEST_CASE("what is neither a topic nor a message, and an endpoint that is none, are refused") {
    const auto sample = (source_folder() / "tests/config/sample.toml").string();
    for (const std::string subject : {"null", "[]", "a b", ""})
        CHECK(run({binary(), "explain", "-c", sample, subject}).status == 2);
    CHECK(run({binary(), "replay", "/dev/null", "--bind", "tcp://127.0.0.1:29944abc"}).status == 2);
    CHECK(run({"sh", "-c", "echo '" + announcement + "' | " + binary() + " format > /dev/full"}).status == 1);
}
