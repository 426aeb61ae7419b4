#include <csignal>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/publisher.h"
#include "tests/support/signers.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

Process publish(std::vector<std::string> words, std::string input = {}) {
    words.insert(words.begin(), {binary(), "publish"});
    return Process(std::move(words), {{}, std::move(input), {}});
}

// Publishes where a subscriber listens, and gives what it heard.
std::vector<json> heard(std::vector<std::string> words, const std::string& input, std::size_t count,
                        int expected_status = 0) {
    const auto endpoint = fmt::format("tcp://127.0.0.1:{}", free_port());
    words.insert(words.end(), {"--bind", endpoint, "--wait", "30s"});
    BusSubscriber subscriber(endpoint);
    auto process = publish(std::move(words), input);
    std::vector<json> bodies;
    while (bodies.size() < count) {
        const auto frames = subscriber.receive();
        if (!frames) break;
        bodies.push_back(json::parse(frames->back()));
        CHECK(frames->front() == bodies.back()["topic"]);
    }
    const auto status = process.wait(60s);
    INFO(process.errors());
    CHECK(status == expected_status);
    CHECK_FALSE(subscriber.receive(100ms));
    REQUIRE(bodies.size() == count);
    return bodies;
}

}  // namespace

TEST_CASE("each line of standard input becomes a log message, stripped, empty ones too") {
    const auto bodies = heard({}, "  one \n\ntwo \xc3\xa9\r\nlast", 4);
    const std::vector<std::string> lines{"one", "", "two \xc3\xa9", "last"};
    std::set<std::string> ids;
    for (std::size_t n = 0; n < bodies.size(); ++n) {
        CHECK(bodies[n]["msg"] == json{{"log", lines[n]}});
        CHECK(bodies[n]["topic"] == "org.fedoraproject.dev.logger.log");
        CHECK(bodies[n]["i"] == n + 1);
        ids.insert(bodies[n]["msg_id"].get<std::string>());
    }
    CHECK(ids.size() == 4);
}

TEST_CASE("a message from the command line, and JSON from either place") {
    const std::vector<std::string> where{"--topic", "build.done", "--modname", "koji", "--environment", "stg"};
    auto words = where;
    words.insert(words.end(), {"--message", "hello", "--username", "somebody"});
    const auto text = heard(words, "", 1).front();
    CHECK(text["msg"] == json{{"log", "hello"}});
    CHECK(text["topic"] == "org.fedoraproject.stg.koji.build.done");
    CHECK(text["username"] == "somebody");
    words = where;
    words.push_back("--json-input");
    CHECK(heard(words, "{\"name\":\n \"kernel\"}\n", 1).front()["msg"] == json{{"name", "kernel"}});
    words.insert(words.end(), {"--message", "[1, 2]"});
    CHECK(heard(words, "unread", 1).front()["msg"] == json{1, 2});
}

TEST_CASE("a line that is no text is told with its number, and the others are sent") {
    const auto bodies = heard({}, "one\n\xff\xfe\nthree\n", 2, 1);
    CHECK(bodies[1]["msg"]["log"] == "three");
}

TEST_CASE("a line is published as soon as it comes, not only when the input ends") {
    const auto endpoint = fmt::format("tcp://127.0.0.1:{}", free_port());
    BusSubscriber subscriber(endpoint);
    Process shell({"sh", "-c", "(echo first; sleep 60) | " + binary() + " publish --wait 30s --bind " + endpoint});
    const auto frames = subscriber.receive(30s);
    REQUIRE(frames);
    CHECK(json::parse(frames->back())["msg"]["log"] == "first");
    shell.signal(SIGKILL);
}

TEST_CASE("the configuration says who publishes and signs, and options come before it") {
    const Signers signers;
    const TempFolder folder;
    const auto file = (folder / "publish.toml").string();
    write_file(file, fmt::format(R"(state_dir = "/nowhere"
[publish]
topic_prefix = "org.example"
environment = "prod"
relay = "tcp://127.0.0.1:1"
cert_file = "{}"
key_file = "{}"
[source.bus]
kind = "of no interest here"
)",
                                 signers.certificate("koji-one").string(), signers.key("koji-one").string()));
    const auto endpoint = fmt::format("tcp://127.0.0.1:{}", free_port());
    BusSubscriber subscriber(endpoint);
    auto process =
        publish({"-c", file, "--environment", "stg", "--bind", endpoint, "--wait", "30s", "--message", "hello"});
    const auto frames = subscriber.receive(30s);
    REQUIRE(frames);
    CHECK(frames->front() == "org.example.stg.logger.log");
    CHECK(signers.independent_complaint(frames->back()).empty());
    CHECK(process.wait() == 0);
    write_file(folder / "body", frames->back());
    const auto verified =
        run({binary(), "verify", "--ca", signers.ca().string(), "--frame-topic", frames->front(), folder / "body"});
    CHECK(verified.output == "accept\n");
    write_file(file, "[publish]\nrelai = \"tcp://127.0.0.1:1\"\n");
    const auto mistaken = run({binary(), "publish", "-c", file, "--message", "x"});
    CHECK(mistaken.status == 2);
    CHECK_THAT(mistaken.errors, Catch::Contains(file + ":2:1: unknown key \"relai\""));
}

TEST_CASE("a relay that goes away in the middle is noticed, and the line that it did not take is named") {
    const TempFolder folder;
    const auto in = fmt::format("tcp://127.0.0.1:{}", free_port()),
               out = fmt::format("tcp://127.0.0.1:{}", free_port());
    Process relay({binary(), "relay", "--in", in, "--out", out});
    REQUIRE(relay.says("relay.started"));
    BusSubscriber subscriber(out);
    REQUIRE(relay.says("relay.subscribed"));
    const auto gate = (folder / "gate").string();
    REQUIRE(run({"mkfifo", gate}).status == 0);
    Process shell({"sh", "-c",
                   fmt::format("(echo one; cat {0}; echo three) | {1} publish --relay {2} --wait 2s; echo status=$?",
                               gate, binary(), in)});
    const auto frames = subscriber.receive(30s);
    REQUIRE(frames);
    CHECK(json::parse(frames->back())["msg"]["log"] == "one");
    relay.signal(SIGTERM);
    REQUIRE(relay.wait() == 0);
    REQUIRE(run({"sh", "-c", "echo two > " + gate}).status == 0);
    REQUIRE(shell.says("status="));
    CHECK_THAT(shell.output(), Catch::Contains("status=1"));
    CHECK_THAT(shell.errors(), Catch::Contains("standard input:2: not sent: " + in));
}

TEST_CASE("there is no success for what could not be sent") {
    const auto nowhere = fmt::format("tcp://127.0.0.1:{}", free_port());
    const auto unsent = run({binary(), "publish", "--relay", nowhere, "--wait", "200ms"}, {{}, "one\ntwo\n", {}});
    CHECK(unsent.status == 1);
    CHECK_THAT(unsent.errors, Catch::Contains("standard input:1: not sent: " + nowhere));
    CHECK(run({binary(), "publish", "--bind", nowhere, "--wait", "200ms", "--message", "x"}).status == 1);
    const auto no_json = run({binary(), "publish", "--bind", nowhere, "--json-input", "--message", "{"});
    CHECK(no_json.status == 1);
    CHECK_THAT(no_json.errors, Catch::Contains("not JSON"));
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--message", "x"},
             {"--relay", "nonsense", "--message", "x"},
             {"--relay", nowhere, "--bind", nowhere, "--message", "x"},
             {"--relay", nowhere, "--wait", "soon", "--message", "x"},
             {"--relay", nowhere, "--cert", "/nowhere.crt", "--message", "x"},
             {"--relay", nowhere, "--cert", "/nowhere.crt", "--key", "/nowhere.key", "--message", "x"}}) {
        auto command = words;
        command.insert(command.begin(), {binary(), "publish"});
        CHECK(run(command).status == 2);
    }
}
