#include "bot/commands/fedmsg_config.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/commands/fedmsg_filter.h"
#include "bot/setup.h"
#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using nlohmann::json;

namespace {

ImportedConfig imported(const json& config, const std::string& policy_file = {}) {
    const auto document = JsonDocument::parse(config.dump());
    return import_config(document->root(), policy_file);
}

// It must always be a configuration without a mistake.
Setup setup_of(const ImportedConfig& config) {
    auto setup = read_setup(config.toml, "imported.toml");
    INFO(config.toml);
    INFO((setup ? "" : describe(setup.problems())));
    REQUIRE(setup);
    return std::move(setup).value();
}

bool has_note(const ImportedConfig& config, const std::string& beginning) {
    return std::any_of(config.notes.begin(), config.notes.end(), [&](const auto& note) {
        return note.starts_with(beginning) && config.toml.find("#   " + note + "\n") != std::string::npos;
    });
}

// As Fedora's bots were configured: what is hidden, and what alone is wanted.
json fedoras_irc() {
    const auto entry = [](const char* channel, json topic, json body = json::array()) {
        return json{{"network", "irc.libera.chat"},
                    {"port", 6697},
                    {"ssl", true},
                    {"nickname", "fm-bot"},
                    {"channel", channel},
                    {"timeout", 120},
                    {"make_pretty", true},
                    {"make_terse", true},
                    {"make_short", true},
                    {"line_rate", 0.9},
                    {"filters", {{"topic", topic}, {"body", body}}}};
    };
    return {entry("fedora-fedmsg", {"buildsys.tag", "buildsys.untag", "buildsys.repo.*", "\\.trac\\.", "request$"}),
            entry("#fedora-apps", {"^((?!(pagure|github)).)*$"}),
            entry("#git", {"^((?!git).)*$", "gitlab"}),
            entry("#releng", {"^((?!(pungi|compose|\\.mash\\.)).)*$"}, {"lub-dub"}),
            entry("#again", {"^(?!.*(bodhi|koji)).*$"}),
            entry("#cased", {"(?i)^((?!(BODHI)).)*$"}),
            entry("#org", {"^(?!.*^org\\.fedoraproject\\.prod\\.).*$", "^(?!.*git)"}),
            entry("#anchored", {"^org\\.fedoraproject\\.(stg|dev)\\.", "^((?!(copr.*chroot|\\.end$)).)*$"}),
            entry("#none", {""}),
            entry("#all", json::array())};
}

std::vector<std::string> known_topics() {
    std::set<std::string> topics = {"io.pagure.prod.pagure.issue.new",
                                    "org.fedoraproject.prod.pagure-importer.x",
                                    "org.fedoraproject.stg.buildsys.tagged",
                                    "org.fedoraproject.prod.buildsys.repo",
                                    "org.debian.dev.debmessenger.x",
                                    "org.fedoraproject.prod.Bodhi.x",
                                    "org.fedoraproject._heartbeat",
                                    "pagure",
                                    "git.x.y",
                                    "a.b.github"};
    const auto rulebook = Rulebook::load({});
    for (const auto& example : rulebook->example_messages())
        if (const auto message = Message::parse(example)) topics.insert(message->topic());
    std::ifstream corpus(fedmsgbot::testing::shared_folder() / "corpus/messages.jsonl");
    for (std::string line; std::getline(corpus, line);) topics.insert(json::parse(line)["topic"].get<std::string>());
    return {topics.begin(), topics.end()};
}

}  // namespace

TEST_CASE("what is imported routes every topic as fedmsg-irc's own filters did") {
    if (testing::run({"/bin/sh", "-c", "command -v python3"}).status != 0) {
        WARN("python3 is not installed: its expressions were not compared with");
        return;
    }
    auto irc = fedoras_irc();
    irc[6]["filters"]["topic"].erase(1);  // a second whitelist is told, not carried over
    const auto topics = known_topics();
    REQUIRE(topics.size() > 300);
    const testing::TempFolder folder;
    testing::write_file(folder / "in", json{{"irc", irc}, {"topics", topics}}.dump());
    testing::write_file(folder / "filter.py",
                        "import json, re, sys\n"
                        "given = json.load(open(sys.argv[1]))\n"
                        "for entry in given['irc']:\n"
                        "    for topic in given['topics']:\n"
                        "        hidden = any(re.search(f, topic) for f in entry['filters']['topic'])\n"
                        "        print('no' if hidden else 'yes', entry['channel'].lstrip('#'), topic)\n");
    const auto theirs = testing::run({"python3", (folder / "filter.py").string(), (folder / "in").string()});
    REQUIRE(theirs.status == 0);
    const auto config = imported({{"irc", irc}, {"endpoints", {{"a", {"tcp://127.0.0.1:1"}}}}});
    const auto setup = setup_of(config);
    std::string ours;
    for (std::size_t n = 0; n < irc.size(); ++n)
        for (const auto& topic : topics) {
            const auto verdict = setup.router.explain(topic, Line{}).at(n);
            ours += (verdict.hindrance.empty() ? "yes " : "no ") + verdict.route.substr(1) + " " + topic + "\n";
        }
    std::istringstream our_lines(ours), their_lines(theirs.output);
    for (std::string our, their; std::getline(our_lines, our) && std::getline(their_lines, their);) {
        if (our != their) CHECK(our == their);
    }
    CHECK(ours.size() == theirs.output.size());
    CHECK(ours.find("yes git org.fedoraproject.prod.git.receive") != std::string::npos);
    CHECK(config.toml.find("(?!") == std::string::npos);
}

TEST_CASE("channels of a network share a bridge, with the colours, the pace and the endpoints they had") {
    const auto config =
        imported({{"irc", fedoras_irc()},
                  {"irc_color_lookup", {{"git", "red"}, {"planet", "no such colour"}}},
                  {"irc_default_color", "light grey"},
                  {"irc_method", "msg"},
                  {"endpoints",
                   {{"relay_outbound", {"tcp://127.0.0.1:4001"}},
                    {"gateway", {"tcp://hub.example.org:9940", "tcp://*:3999", "tcp://127.0.0.1:4001", "udp://x"}},
                    {"relay_inbound", {"tcp://127.0.0.1:2003"}}}},
                  {"high_water_mark", 5000},
                  {"zmq_tcp_keepalive", 1},
                  {"zmq_tcp_keepalive_idle", 30},
                  {"zmq_reconnect_ivl", 200},
                  {"zmq_reconnect_ivl_max", 500},
                  {"tweet_endpoints", {{{"base_url", "http://identi.ca/api"}}}},
                  {"crl_location", nullptr}});
    const auto setup = setup_of(config);
    REQUIRE(setup.bridges.size() == 1);
    CHECK(setup.bridges[0].name == "libera");
    CHECK(setup.bridges[0].burst == 1);
    CHECK(setup.bridges[0].every == std::chrono::milliseconds(900));
    CHECK(setup.bridges[0].addresses.front() == "#fedora-fedmsg");
    CHECK(setup.bridges[0].addresses.size() == 10);
    for (const auto* part : {"server = \"irc.libera.chat\"", "port = 6697", "tls = true", "nick = \"fm-bot\"",
                             "method = \"privmsg\"", "palette = { default = \"light grey\", git = \"red\" }",
                             "\"tcp://hub.example.org:9940\"", "\"tcp://127.0.0.1:3999\"", "high_water_mark = 5000",
                             "keepalive_idle = \"30s\"", "reconnect = \"200ms\"", "reconnect_max = \"500ms\"",
                             "topics = [\"#.pagure.#\", \"#.github.#\"]", "topic_text = [\"pagure\", \"github\"]"}) {
        INFO(part);
        CHECK(config.toml.find(part) != std::string::npos);
    }
    CHECK(has_note(config, "endpoints.gateway[3]: "));
    CHECK(has_note(config, "endpoints.relay_inbound: for programs that publish"));
    CHECK(has_note(config, "irc_color_lookup.planet: no colour of IRC"));
    CHECK(has_note(config, "irc[0].timeout, irc[1].timeout, "));
    CHECK(has_note(config, "irc[0].make_short, "));
    CHECK(has_note(config, "irc[3].filters.body[0]: it hid heartbeats"));
    CHECK(has_note(config, "irc[6].filters.topic[1]: a second whitelist"));
    CHECK(has_note(config, "tweet_endpoints: a microblog"));
    CHECK(config.toml.find("crl_location") == std::string::npos);
}

TEST_CASE("whatever an import is given, it writes a configuration without a mistake and says what it left out") {
    const auto& [given, told] = GENERATE(values<std::pair<const char*, const char*>>({
        {R"J({})J", "endpoints: none"},
        {R"J({})J", "irc: no entry that can be used"},
        {R"J({"irc":{"network":"x"}})J", "irc: a value of another kind"},
        {R"J({"irc":[1,{"network":"x"},{"channel":"a b"}]})J", "irc[0]: a value of another kind"},
        {R"J({"irc":[1,{"network":"x"},{"channel":"a b"}]})J", "irc[1]: no channel"},
        {R"J({"irc":[1,{"network":"x"},{"channel":"a b"}]})J", "irc[2].channel: a channel of IRC holds no blank"},
        {R"J({"irc":[{"channel":"x","network":"a/b"}]})J", "irc[0].network: "},
        {R"J({"irc":[{"channel":"x","nickname":"a b","port":70000,"line_rate":-1,"colour":1}]})J", "irc[0].nickname: "},
        {R"J({"irc":[{"channel":"x","nickname":"a b","port":70000,"line_rate":-1,"colour":1}]})J", "irc[0].port: "},
        {R"J({"irc":[{"channel":"x","nickname":"a b","port":70000,"line_rate":-1,"colour":1}]})J",
         "irc[0].line_rate: "},
        {R"J({"irc":[{"channel":"x","nickname":"a b","port":70000,"line_rate":-1,"colour":1}]})J", "irc[0].colour: "},
        {R"J({"irc":[{"channel":"x","filters":{"topic":["a(?!b)",1,"a{,2}"],"body":"x","msg":[]}}]})J",
         "irc[0].filters.topic[0], irc[0].filters.topic[2]: RE2 has no such"},
        {R"J({"irc":[{"channel":"x","filters":{"topic":["a(?!b)",1,"a{,2}"],"body":"x","msg":[]
}
}]
})J",
         "irc[0].filters.topic[1], irc[0].filters.body: a value of another kind"},
        {R"J({"irc":[{"channel":"x","filters":{"body":["^((?!(kernel)).)*$","'log': 'x'","scratch"]}}]})J",
         "irc[0].filters.body[0], irc[0].filters.body[2]: it looked at the whole message"},
        {R"J({"irc":[{"channel":"x","filters":{"body":["^((?!(kernel)).)*$","'log': 'x'","scratch"]}}]})J",
         "irc[0].filters.body[1]: it looks at how Python prints"},
        {R"J({"irc":[{"channel":"x","network":"1.2.3.4"},{"channel":"x","network":"[::1]"},{"channel":"x","network":"."}]})J",
         "endpoints: none"},
        {R"J({"irc_method":"shout","irc":[{"channel":"#\"q\"","network":"journal.org","make_terse":false}]})J",
         "irc_method: neither"},
        {R"J({"irc_method":"shout","irc":[{"channel":"#\"q\"","network":"journal.org","make_terse":false}]})J",
         "irc[0].make_terse: messages are always said in sentences"},
        {R"J({"high_water_mark":0,"zmq_reconnect_ivl":5000,"zmq_reconnect_ivl_max":1000,"endpoints":{"a":1,"b":["x"]}})J",
         "zmq_reconnect_ivl, zmq_reconnect_ivl_max: "},
        {R"J({"high_water_mark":0,"zmq_reconnect_ivl":5000,"zmq_tcp_keepalive_cnt":"many","endpoints":{"a":1,"b":["x"]}})J",
         "high_water_mark: 0 was no limit"},
        {R"J({"high_water_mark":0,"zmq_reconnect_ivl":5000,"zmq_tcp_keepalive_cnt":"many","endpoints":{"a":1,"b":["x"]}})J",
         "zmq_tcp_keepalive_cnt: no number"},
        {"{\"some\\nnew key\":[1],\"topic_prefix\":\"org.example\",\"environment\":\"dev\"}",
         "some new key: nothing here is like it"},
    }));
    const auto document = JsonDocument::parse(given);
    REQUIRE(document);
    const auto config = import_config(document->root(), {});
    setup_of(config);
    CAPTURE(config.notes);
    INFO(told);
    CHECK(has_note(config, told));
}

TEST_CASE("an import takes fedmsg's datagrepper for the archive to catch up from") {
    const auto good = imported({{"datagrepper_url", "https://apps.fedoraproject.org/datagrepper/raw"}});
    CHECK(good.toml.find("catch_up = { archive = \"https://apps.fedoraproject.org/datagrepper/raw\" }\n") !=
          std::string::npos);
    CHECK(imported({{"datagrepper_url", ""}}).toml.find("datagrepper_url") == std::string::npos);
    for (const auto& odd : {json("ftp://x"), json("https://u:p@x/"), json(7)}) {
        const auto bad = imported({{"datagrepper_url", odd}});
        CHECK(bad.toml.find("catch_up") == std::string::npos);
        CHECK(bad.toml.find("#   datagrepper_url: ") != std::string::npos);
    }
}

TEST_CASE("an import keeps whose signatures count, and marks what fedmsg-irc marked") {
    json config = {{"ca_cert_location", "/etc/pki/fedmsg/ca.crt"},
                   {"crl_location", "https://example.org/crl.pem"},
                   {"routing_policy", {{"org.example.prod.a", {"signer.example"}}}},
                   {"routing_nitpicky", true}};
    const auto marking = imported(config, "/etc/fedmsgbot/policy.json");
    CHECK(marking.toml.find("trust = \"mark\"\nca_file = \"/etc/pki/fedmsg/ca.crt\"\n"
                            "crl_url = \"https://example.org/crl.pem\"\n"
                            "policy_file = \"/etc/fedmsgbot/policy.json\"\nnitpicky = true\n") != std::string::npos);
    CHECK(marking.policy == R"({"org.example.prod.a":["signer.example"]})");
    setup_of(marking);
    config["validate_signatures"] = false;
    CHECK(imported(config).toml.find("ca_file") == std::string::npos);
    CHECK(has_note(imported({{"routing_policy", 1}}), "ca_cert_location: no CA is named"));
}

TEST_CASE("lookahead whitelists are what a route wants; any other expression hides") {
    using Kind = FedmsgFilter::Kind;
    const auto read = [](const char* text) { return read_fedmsg_filter(text); };
    CHECK(read("^((?!(a|b)).)*$").expressions == std::vector<std::string>{"a", "b"});
    CHECK(read("^((?!a|b|a).)*$").expressions == std::vector<std::string>{"a", "b"});
    CHECK(read("^(?:(?!(?:a|(b|c)d)).)*$").expressions == std::vector<std::string>{"a", "(b|c)d"});
    CHECK(read("^(?!.*(a)b(c)).*$").expressions == std::vector<std::string>{"(a)b(c)"});
    CHECK(read("^((?!(a[|)]|\\))).)*$").expressions == std::vector<std::string>{"a[|)]", "\\)"});
    CHECK(read("^(?!.*a|b).*$").kind == Kind::unknown);
    CHECK(read("^((?!(a(?!b))).)*$").kind == Kind::unknown);
    CHECK(read("^((?!(a)).)*$|x").kind == Kind::unknown);
    CHECK(read("buildsys.tag").kind == Kind::hides);
    CHECK(word_patterns({"buildsys\\.tag", ".git."}) == std::vector<std::string>{"#.buildsys.tag.#", "#.git.#"});
    CHECK(word_patterns({"git", "a|b"}).empty());
}
