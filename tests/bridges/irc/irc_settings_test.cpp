#include "bridges/irc/irc_settings.h"

#include <catch2/catch.hpp>

#include "bridges/registry.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

struct Reading {
    IrcSettings settings;
    std::string problems;
};

Reading read(const std::string& text) {
    auto table = Table::from_text(text, "net.toml");
    REQUIRE(table);
    Reading reading{read_irc_settings(*table), {}};
    reading.problems = describe(table->problems());
    return reading;
}

}  // namespace

TEST_CASE("server and nick are enough for a network with TLS") {
    const auto [settings, problems] = read("server = \"irc.libera.chat\"\nnick = \"fedmsg-bot\"\n");
    CHECK(problems.empty());
    CHECK(settings.port == 6697);
    CHECK(settings.tls);
    CHECK(settings.tls_verify);
    CHECK(settings.command == "NOTICE");
    CHECK(settings.style.colors);
    CHECK(settings.style.max_lines == 2);
    CHECK(settings.timings.join_every == 2s);
    CHECK(settings.timings.silence_limit <= 60s);
}

TEST_CASE("every key of an IRC bridge is read") {
    const testing::TempFolder folder;
    testing::write_file(folder / "ca.pem", "x");
    testing::write_file(folder / "password", "hunter2\n");
    const auto [settings, problems] = read(
        "server = \"10.0.0.1\"\ntls = false\ntls_verify = false\nca_file = \"" + (folder / "ca.pem").string() +
        "\"\npassword_file = \"" + (folder / "password").string() +
        "\"\nnick = \"a\"\nalternates = [\"b\", \"c\"]\nusername = \"u\"\nrealname = \"r n\"\nmethod = \"privmsg\"\n"
        "colors = false\nmax_lines = 3\njoin_every = \"5s\"\nsilence_limit = \"30s\"\nflood_exempt = true\n"
        "palette = { git = \"light blue\", default = \"grey\" }\n");
    CHECK(problems.empty());
    CHECK(settings.port == 6667);
    CHECK_FALSE(settings.tls_verify);
    CHECK(settings.password == "hunter2");
    CHECK(settings.alternates == std::vector<std::string>{"b", "c"});
    CHECK(settings.username == "u");
    CHECK(settings.realname == "r n");
    CHECK(settings.command == "PRIVMSG");
    CHECK_FALSE(settings.style.colors);
    CHECK(settings.style.max_lines == 3);
    CHECK(settings.style.palette.at("git") == 12);
    CHECK(settings.style.palette.at("default") == 14);
    CHECK(settings.style.palette.at("bodhi") == 3);
    CHECK(settings.timings.join_every == 5s);
    CHECK(settings.timings.silence_limit == 30s);
}

TEST_CASE("a channel has what its bridge has, and its own where it says so") {
    const std::string start = "server = \"x\"\nnick = \"n\"\n";
    const auto [settings, problems] =
        read(start +
             "method = \"privmsg\"\nform = \"plain\"\nmax_lines = 4\n[channel.\"#own\"]\nform = \"full\"\n"
             "colors = false\nbreak_nicks = false\ntalk = false\n[talk]\nprefix = \"!bus\"\n"
             "operators = [\"ralph\"]\nper_minute = 2\n");
    CHECK(problems.empty());
    const auto usual = settings.look("#other");
    CHECK(usual.style.form == LineForm::plain);
    CHECK(usual.style.max_lines == 4);
    CHECK(usual.breaks_nicks);  // people are called by a PRIVMSG
    CHECK(usual.hears_questions);
    const auto own = settings.look("#own");
    CHECK(own.style.form == LineForm::full);
    CHECK_FALSE(own.style.colors);
    CHECK(own.style.max_lines == 4);
    CHECK_FALSE(own.breaks_nicks);
    CHECK_FALSE(own.hears_questions);
    CHECK(settings.talk.is_on);
    CHECK(settings.talk.prefix == "!bus");
    CHECK(settings.talk.operators == std::vector<std::string>{"ralph"});
    CHECK(settings.talk.per_minute == 2);
}

TEST_CASE("the bot is silent to questions and calls nobody unless told otherwise; its colours are readable") {
    const std::string start = "server = \"x\"\nnick = \"n\"\n";
    const auto usual = read(start).settings;
    CHECK_FALSE(usual.talk.is_on);
    CHECK_FALSE(usual.look("#test").breaks_nicks);  // by NOTICE nobody is called
    CHECK(usual.style.palette.at("default") == *irc_color("grey"));
    CHECK(usual.style.palette.at("git") == *irc_color("red"));
    const auto old = read(start + "readable = false\npalette = { git = \"white\" }\n").settings;
    CHECK(old.style.palette.at("default") == *irc_color("light grey"));
    CHECK(old.style.palette.at("git") == *irc_color("white"));
}

TEST_CASE("a bridge needs all of a line only where a channel shows it at length") {
    const auto needs = [](const std::string& text) {
        auto table = Table::from_text(text, "net.toml");
        REQUIRE(table);
        return irc_shows(*table);
    };
    CHECK(needs("") == LineParts::sentence);
    CHECK(needs("form = \"plain\"") == LineParts::sentence);
    CHECK(needs("form = \"full\"") == LineParts::all);
    CHECK(needs("[channel.\"#a\"]\nform = \"full\"") == LineParts::all);
}

TEST_CASE("a login is read") {
    const testing::TempFolder folder;
    testing::write_file(folder / "client.pem", "x");
    testing::write_file(folder / "password", "pencil\n");
    const auto [settings, problems] =
        read("server = \"x\"\nnick = \"n\"\nsasl = \"scram-sha-256\"\nsasl_required = false\naccount = \"user\"\n" +
             ("account_password_file = \"" + (folder / "password").string()) + "\"\nnickserv = \"NickServ\"\n" +
             "cert_file = \"" + (folder / "client.pem").string() + "\"\n");
    CHECK(problems.empty());
    CHECK(settings.sasl == SaslMethod::scram_sha_256);
    CHECK_FALSE(settings.sasl_required);
    CHECK(settings.account == "user");
    CHECK(settings.account_password == "pencil");
    CHECK(settings.nickserv == "NickServ");
    CHECK(settings.cert_file == folder / "client.pem");
}

TEST_CASE("a server of a list is a host, with or without port") {
    struct Case {
        std::string text, host;
        int port;
    };
    const auto good = GENERATE(Case{"a.example", "a.example", 1}, Case{"a.example:6667", "a.example", 6667},
                               Case{"[::1]:6668", "::1", 6668}, Case{"[::1]", "::1", 1}, Case{"::1", "::1", 1},
                               Case{"127.0.0.1:65535", "127.0.0.1", 65535});
    const auto server = parse_irc_server(good.text, 1);
    INFO(good.text);
    REQUIRE(server);
    CHECK(server->host == good.host);
    CHECK(server->port == good.port);
    for (const auto* bad :
         {"", ":", "a:", ":6667", "a:0", "a:65536", "a:b", "[::1", "[x]", "[::1]x", "a:b:c", "irc://x", "a b"})
        CHECK_FALSE(parse_irc_server(bad, 1));
}

TEST_CASE("servers stand in the place of server") {
    const auto [settings, problems] = read("servers = [\"a\", \"b:7000\"]\nnick = \"n\"\nbind = \"::1\"\n");
    CHECK(problems.empty());
    CHECK(settings.server == "a");
    CHECK(settings.port == 6697);
    REQUIRE(settings.alternate_servers.size() == 1);
    CHECK(settings.alternate_servers[0].host == "b");
    CHECK(settings.alternate_servers[0].port == 7000);
    CHECK(settings.bind == "::1");
    CHECK(read("servers = [\"a\", \"b:x\"]\nnick = \"n\"\n").problems.find("no host or host:port") !=
          std::string::npos);
    CHECK(read("server = \"a\"\nservers = [\"b\"]\nnick = \"n\"\n").problems.find("exclude each other") !=
          std::string::npos);
    CHECK(read("nick = \"n\"\n").problems.find("server") != std::string::npos);
}

TEST_CASE("channel keys come from a file") {
    const testing::TempFolder folder;
    const std::string start =
        "server = \"x\"\nnick = \"n\"\nchannel_keys_file = \"" + (folder / "keys").string() + "\"\n";
    testing::write_file(folder / "keys", "#a one\n\n  #b   two\n");
    const auto [settings, problems] = read(start);
    CHECK(problems.empty());
    CHECK(settings.channel_keys == std::vector<std::pair<std::string, std::string>>{{"#a", "one"}, {"#b", "two"}});
    for (const auto* bad : {"#a", "a key", "#a one two", "#a on,e"}) {
        testing::write_file(folder / "keys", bad);
        CHECK(read(start).problems.find("a channel and a key") != std::string::npos);
    }
}

TEST_CASE("an own server needs no pace for joining") {
    CHECK(read("server = \"x\"\nnick = \"n\"\nflood_exempt = true\n").settings.timings.join_every == 0s);
}

TEST_CASE("how long the bot waits before it tries again is the operator's choice") {
    const std::string start = "server = \"x\"\nnick = \"n\"\n";
    const auto usual = read(start).settings.timings;
    CHECK(usual.reconnect_least == 2s);
    CHECK(usual.rejoin_least == 5s);
    CHECK(usual.barred_least == 60s);
    const auto [settings, problems] =
        read(start +
             "reconnect = \"1s\"\nreconnect_max = \"10s\"\nrejoin = \"2s\"\nrejoin_max = \"3s\"\n"
             "retry_barred = \"20m\"\n");
    CHECK(problems.empty());
    CHECK(settings.timings.reconnect_least == 1s);
    CHECK(settings.timings.reconnect_most == 10s);
    CHECK(settings.timings.reconnect_refused == 10s);
    CHECK(settings.timings.rejoin_least == 2s);
    CHECK(settings.timings.rejoin_most == 3s);
    CHECK(settings.timings.barred_least == 20min);
    CHECK(settings.timings.barred_most == 20min);
}

TEST_CASE("each mistake in an IRC bridge is told with its place") {
    struct Case {
        std::string key, told;
    };
    const auto expected = GENERATE(
        Case{"nick = \"a b\"", "cannot be a nick"}, Case{"alternates = [\"ok\", \"\"]", "cannot be a nick"},
        Case{"username = \"a@b\"", "cannot be a user name"}, Case{"server = \"irc://x\"", "without scheme"},
        Case{"port = 70000", "port"}, Case{"palette = { git = \"rad\" }", "did you mean \"red\""},
        Case{"palette = { git = \"ultraviolet\" }", "is no colour"}, Case{"ca_file = \"/nowhere\"", "there is no file"},
        Case{"silence_limit = \"1s\"", "at least 10s"}, Case{"method = \"shout\"", "method"},
        Case{"rejoin = \"0s\"", "at least 100ms"}, Case{"reconnect_max = \"1s\"", "no more than reconnect_max"},
        Case{"max_lines = 0", "max_lines"}, Case{"regain = \"ghost\"", "needs nickserv"},
        Case{"bind = \"example.org\"", "no numeric address"}, Case{"sasl = \"plain\"", "needs account"},
        Case{"sasl = \"external\"", "shows the certificate"}, Case{"sasl = \"gssapi\"", "scram-sha-256"},
        Case{"nickserv = \"NickServ\"", "needs account_password_file"},
        Case{"account = \"a b\"", "cannot be an account"}, Case{"key_file = \"/nowhere\"", "cert_file"},
        Case{"colours = true", "colors"}, Case{"form = \"bold\"", "terse"},
        Case{"talk = { prefix = \"a b\" }", "beginning of a question"},
        Case{"talk = { operators = [\"a b\"] }", "cannot be an account"},
        Case{"talk = { per_minute = 0 }", "per_minute"}, Case{"channel = { fedora = {} }", "begins with #"});
    std::string text;
    if (!expected.key.starts_with("server")) text += "server = \"x\"\n";
    if (!expected.key.starts_with("nick")) text += "nick = \"n\"\n";
    const auto problems = read(text + expected.key + "\n").problems;
    INFO(expected.key);
    CHECK(problems.find("net.toml:" + std::string(expected.key.starts_with("nick") || expected.key.starts_with("server")
                                                      ? "2:"
                                                      : "3:")) != std::string::npos);
    CHECK(problems.find(expected.told) != std::string::npos);
}

TEST_CASE("an address of IRC is a channel") {
    CHECK(check_irc_channel("#fedora-fedmsg").empty());
    CHECK(check_irc_channel("&local").empty());
    const auto bad =
        GENERATE(std::string(), std::string("#"), std::string("fedora"), std::string("#a b"), std::string("#a,b"),
                 std::string("#a\r\nQUIT"), std::string("#a\x07"), std::string("#\xff"), "#" + std::string(64, 'x'));
    CHECK_FALSE(check_irc_channel(bad).empty());
}

TEST_CASE("the registry knows the kind irc") {
    const auto* kind = find_bridge_kind("irc");
    REQUIRE(kind);
    CHECK(kind->addressing == Addressing::required);
    CHECK(kind->burst == 5);
    CHECK(kind->every == 2s);
    CHECK_FALSE(find_bridge_kind("ircs"));
}
