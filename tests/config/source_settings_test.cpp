#include "config/source_settings.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

Table read(std::string_view text) {
    auto table = Table::from_text(text, "f.toml");
    REQUIRE(table);
    return std::move(table).value();
}

}  // namespace

TEST_CASE("a source of kind zmq has the defaults that a firehose needs") {
    auto table = read("endpoints = [\"tcp://hub.example:9940\", \"ipc:///run/bus\", \"tcp://[::1]:1\"]\n");
    const auto settings = read_zmq_settings(table);
    CHECK(settings.endpoints.size() == 3);
    CHECK(settings.topics.empty());
    CHECK(settings.high_water_mark == 100'000);
    CHECK(settings.keepalive);
    CHECK(settings.keepalive_count == 3);
    CHECK(settings.keepalive_idle == 60s);
    CHECK(settings.keepalive_interval == 5s);
    CHECK(settings.reconnect == 100ms);
    CHECK(settings.reconnect_max == 1s);
    CHECK(describe(table.problems()).empty());
}

TEST_CASE("a source of kind zmq takes every key") {
    auto table = read(R"(endpoints = ["tcp://127.0.0.1:9940"]
topics = ["org.fedoraproject.", "org.example.*"]
high_water_mark = 0
keepalive = false
keepalive_count = 9
keepalive_idle = "2m"
keepalive_interval = "10s"
reconnect = "1s"
reconnect_max = "1m"
)");
    const auto settings = read_zmq_settings(table);
    CHECK(settings.topics == std::vector<std::string>{"org.fedoraproject.", "org.example.*"});
    CHECK(settings.high_water_mark == 0);
    CHECK_FALSE(settings.keepalive);
    CHECK(settings.keepalive_count == 9);
    CHECK(settings.keepalive_idle == 120s);
    CHECK(settings.keepalive_interval == 10s);
    CHECK(settings.reconnect == 1s);
    CHECK(settings.reconnect_max == 60s);
    CHECK(describe(table.problems()).empty());
}

TEST_CASE("mistakes in a source of kind zmq are told with their places") {
    auto table = read(R"([none]
[empty]
endpoints = []
[bad]
endpoints = ["tcp://host", "udp://host:1", "tcp://:1", "tcp://*:9940", "tcp://host:70000", "ipc://", "tcp://a b:1"]
topics = ["org.fedoraproject.prod.#", "*.stg"]
keepalive_idle = "1500ms"
keepalive_interval = "0s"
reconnect = "0s"
reconnect_max = "50ms"
)");
    for (const auto* name : {"none", "empty", "bad"}) {
        auto source = *table.table(name);
        read_zmq_settings(source);
    }
    CHECK(describe(table.problems()) == R"(f.toml:1:1: missing key "endpoints"
f.toml:3:13: "endpoints" must not be empty
f.toml:5:14: an endpoint is tcp://host:port or ipc:///path, not "tcp://host"
f.toml:5:28: an endpoint is tcp://host:port or ipc:///path, not "udp://host:1"
f.toml:5:44: an endpoint is tcp://host:port or ipc:///path, not "tcp://:1"
f.toml:5:56: an endpoint is tcp://host:port or ipc:///path, not "tcp://*:9940"
f.toml:5:72: an endpoint is tcp://host:port or ipc:///path, not "tcp://host:70000"
f.toml:5:92: an endpoint is tcp://host:port or ipc:///path, not "ipc://"
f.toml:5:102: an endpoint is tcp://host:port or ipc:///path, not "tcp://a b:1"
f.toml:6:11: the topics of a source are beginnings, not patterns: write "org.fedoraproject.prod."
f.toml:6:39: the topics of a source are beginnings, not patterns: leave the key out
f.toml:7:18: "keepalive_idle" must be whole seconds, from "1s" to "12h"
f.toml:8:22: "keepalive_interval" must be whole seconds, from "1s" to "12h"
f.toml:9:13: "reconnect" must be from "1ms" to "1h"
f.toml:10:17: "reconnect_max" must not be less than "reconnect"
)");
}

TEST_CASE("a source of kind file needs its path") {
    auto good = read("path = \"/var/tmp/recorded.jsonl\"\n");
    CHECK(read_file_settings(good) == "/var/tmp/recorded.jsonl");
    CHECK(describe(good.problems()).empty());
    auto bad = read("pth = \"x\"\n");
    read_file_settings(bad);
    CHECK(describe(bad.problems()) ==
          "f.toml:1:1: missing key \"path\"\nf.toml:1:1: unknown key \"pth\"; did you mean \"path\"?\n");
}
