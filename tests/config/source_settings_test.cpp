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

TEST_CASE("a source of kind amqp needs only its broker") {
    auto table = read("url = \"amqp://broker.example\"\n");
    const auto settings = read_amqp_settings(table);
    CHECK(settings.host == "broker.example");
    CHECK(settings.port == 5672);
    CHECK(settings.vhost == "/");
    CHECK(settings.user == "guest");
    CHECK_FALSE(settings.tls);
    CHECK(settings.queue.empty());
    CHECK_FALSE(settings.durable);
    CHECK(settings.exclusive);
    CHECK(settings.auto_delete);
    REQUIRE(settings.bindings.size() == 1);
    CHECK(settings.bindings[0].exchange == "amq.topic");
    CHECK(settings.bindings[0].routing_key == "#");
    CHECK(settings.prefetch == 25);
    CHECK(settings.heartbeat == 60s);
    CHECK(describe(table.problems()).empty());
}

TEST_CASE("a source of kind amqp takes every key") {
    auto table = read(R"(url = "amqps://fedora@[::1]:1234/%2Fpublic_pubsub"
ca_file = "/ca"
cert_file = "/cert"
key_file = "/key"
queue = "q"
durable = false
exclusive = true
auto_delete = true
single_active_consumer = true
passive = true
exchange = "zmq.topic"
topics = ["org.*.prod.#", "io.pagure.#"]
prefetch = 500
max_body_bytes = 1000
heartbeat = "10s"
reconnect = "50ms"
reconnect_max = "2s"
)");
    const auto settings = read_amqp_settings(table);
    CHECK(settings.tls);
    CHECK(settings.host == "::1");
    CHECK(settings.port == 1234);
    CHECK(settings.vhost == "/public_pubsub");
    CHECK(settings.user == "fedora");
    CHECK(settings.ca_file == "/ca");
    CHECK(settings.cert_file == "/cert");
    CHECK(settings.key_file == "/key");
    CHECK(settings.queue == "q");
    CHECK_FALSE(settings.durable);
    CHECK(settings.exclusive);
    CHECK(settings.auto_delete);
    CHECK(settings.single_active_consumer);
    CHECK(settings.passive);
    REQUIRE(settings.bindings.size() == 2);
    CHECK(settings.bindings[1].exchange == "zmq.topic");
    CHECK(settings.bindings[1].routing_key == "io.pagure.#");
    CHECK(settings.prefetch == 500);
    CHECK(settings.max_body_bytes == 1000);
    CHECK(settings.heartbeat == 10s);
    CHECK(settings.reconnect == 50ms);
    CHECK(settings.reconnect_max == 2s);
    CHECK(describe(table.problems()).empty());
}

TEST_CASE("mistakes in a source of kind amqp are told with their places, and never with a password") {
    auto table = read(R"([none]
[broken]
url = "http://user:secret@host"
[secret]
url = "amqp://user:secret@host"
[nameless]
url = "amqp://user@host"
passive = true
[bad]
url = "amqp://host"
cert_file = "/cert"
prefetch = 0
heartbeat = "1s"
reconnect = "2m"
)");
    for (const auto* name : {"none", "broken", "secret", "nameless", "bad"}) {
        auto source = *table.table(name);
        read_amqp_settings(source);
    }
    CHECK(describe(table.problems()) == R"(f.toml:1:1: missing key "url"
f.toml:3:7: a broker is amqp://user@host:port/vhost or amqps://...; a / in the vhost is %2F
f.toml:5:7: a password does not stand in a configuration: use "password_file"
f.toml:7:7: the user user needs "password_file", or "cert_file" and "key_file"
f.toml:8:11: a queue that is there already has a name: "queue"
f.toml:11:13: "cert_file" and "key_file" need each other
f.toml:11:13: "cert_file" is for amqps only
f.toml:12:12: "prefetch" must be from 1 to 10000
f.toml:13:13: "heartbeat" must be from "4000ms" to "600000ms", in whole seconds
f.toml:14:13: "reconnect_max" must not be less than "reconnect"
)");
}

TEST_CASE("a source of ready posts binds its targets, and has no topics") {
    auto good = read("url = \"amqp://127.0.0.1\"\nqueue = \"irc\"\nposts = [\"libera/#fedora\", \"blog\"]\n");
    const auto settings = read_amqp_settings(good);
    CHECK(describe(good.problems()).empty());
    REQUIRE(settings.bindings.size() == 2);
    CHECK(settings.bindings[0].exchange == "fedmsgbot.posts");
    CHECK(settings.bindings[0].routing_key == "libera/#fedora");
    CHECK(settings.max_body_bytes == 16 * 1024 * 1024);
    auto bad = read("url = \"amqp://127.0.0.1\"\nposts = [\"blog\"]\ntopics = [\"#\"]\n");
    read_amqp_settings(bad);
    CHECK(describe(bad.problems()) == "f.toml:3:10: \"topics\" and \"posts\" exclude each other\n");
    auto none = read("url = \"amqp://127.0.0.1\"\nposts = []\n");
    read_amqp_settings(none);
    CHECK(describe(none.problems()) == "f.toml:2:9: \"posts\" must not be empty\n");
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

TEST_CASE("a source that names a CA requires signatures, unless it says otherwise") {
    auto plain = read("");
    CHECK(read_trust_settings(plain).demand == Demand::ignore);
    CHECK(describe(plain.problems()).empty());
    auto with_ca = read("ca_file = \"ca.crt\"\n");
    CHECK(read_trust_settings(with_ca).demand == Demand::require);
    auto full = read(
        "trust = \"mark\"\nca_url = \"https://a.example/ca\"\ncrl_file = \"crl\"\npolicy_file = \"p\"\n"
        "nitpicky = true\nsha256 = true\nfetch_every = \"2h\"\n");
    const auto settings = read_trust_settings(full);
    CHECK(settings.demand == Demand::mark);
    CHECK(settings.can_verify());
    CHECK(settings.crl_file == "crl");
    CHECK(settings.policy_file == "p");
    CHECK(settings.is_nitpicky);
    CHECK(settings.accepts_sha256);
    CHECK(settings.fetch_every == 2h);
    CHECK(describe(full.problems()).empty());
}

TEST_CASE("what cannot be meant about signatures is told") {
    auto without_ca = read("trust = \"require\"\ncrl_file = \"crl\"\n");
    read_trust_settings(without_ca);
    CHECK(describe(without_ca.problems()) ==
          "f.toml:1:9: signatures cannot be checked without a \"ca_file\" or \"ca_url\"\n"
          "f.toml:2:12: \"crl_file\" needs a \"ca_file\" or \"ca_url\" beside it\n");
    auto in_clear = read("ca_file = \"ca\"\ncrl_url = \"http://a.example/crl\"\n");
    read_trust_settings(in_clear);
    CHECK(describe(in_clear.problems()) ==
          "f.toml:2:11: \"crl_url\" must begin with https://: who can change it can forge messages\n");
    auto broker = read("trust = \"require\"\n");
    read_no_trust_settings(broker);
    CHECK(describe(broker.problems()) ==
          "f.toml:1:9: a broker vouches for who sends: a source of kind amqp has no \"trust\"\n");
}
