// Faults while 50 messages a second flow, with the real binary on real servers: in the end everything that was accepted
// was delivered, in order, or is accounted for.
#include <numeric>

#include <catch2/catch.hpp>

#include "tests/support/certificates.h"
#include "tests/support/inspircd.h"
#include "tests/support/ngircd.h"
#include "tests/support/tcp_proxy.h"
#include "tests/system/bot_on_irc.h"

using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

void pass(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

// The flow ends; each message that came from the bus was read in the channel, in order, and none is lost or given up.
void check_all_came(SteadyBus& bus, Witness& witness, BotProcess& bot) {
    const auto sent = static_cast<std::size_t>(bus.stop());
    eventually([&] { return witness.numbers().size() >= sent; }, 60s);
    std::vector<int> all(sent);
    std::iota(all.begin(), all.end(), 0);
    CHECK(witness.numbers() == all);
    const auto summary = bot.stop();
    INFO(summary);
    CHECK(count_in(summary, "received") == static_cast<long long>(sent));
    CHECK(count_in(summary, "delivered") == static_cast<long long>(sent));
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "lost") == 0);
    for (const auto* none : {"rejected", "expired", "digested", "gaps", "barred"}) CHECK(count_in(summary, none) == -1);
}

// Whatever befell it, the channel hears of 20 more.
#define GOES_ON(witness)                \
    do {                                \
        REQUIRE(witness.sees_more(20)); \
    } while (false)

// ngircd leaves a part of what a busy client sent until something else happens. What it looked at only when the channel
// is open again would be read before what the channel refused.
void let_it_catch_up(Witness& witness) {
    for (int times = 0; times < 10; ++times) {
        pass(50ms);
        witness.reader().command("PING :go on");
    }
}

void put_certificate(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const auto* file : {"server.pem", "server.key"})
        std::filesystem::copy_file(from / file, to / file, std::filesystem::copy_options::overwrite_existing);
}

// What an operator of the channel does to the bot, and takes back when the bot has noticed.
struct Deed {
    std::vector<std::string> done;
    std::vector<std::string> undone{};
    std::string noticed = "irc.channel_barred";
};

std::vector<Deed> deeds() {
    return {{{"KICK #test bot :enough"}, {}, "irc.removed"},
            {{"MODE #test +b bot!*@*", "KICK #test bot :enough"}, {"MODE #test -b bot!*@*"}},
            // Banned, and not thrown out.
            {{"MODE #test +b *!*@127.0.0.1", "MODE #test +b *!*@localhost"},
             {"MODE #test -b *!*@127.0.0.1", "MODE #test -b *!*@localhost"}},
            {{"MODE #test +m"}, {"MODE #test -m"}},
            {{"MODE #test +m"}, {"MODE #test +v bot"}},
            {{"MODE #test -m", "MODE #test +i", "KICK #test bot :enough"}, {"MODE #test -i"}},
            {{"MODE #test +k secret", "KICK #test bot :enough"}, {"MODE #test -k secret"}},
            {{"MODE #test +l 1", "KICK #test bot :enough"}, {"MODE #test -l"}}};
}

const Inspircd::Options no_limits{.fakelag = false, .threshold = 100000, .commandrate = 1000000, .recvq = 1 << 20};

}  // namespace

TEST_CASE(
    "complaint: what comes while offline is lost (matterbridge #325). While messages flow, the server stops and "
    "starts, shows certificates that are wrong and changes its password") {
    Ngircd server({.tls = true, .password = "old"});
    const TempFolder good, bad;
    put_certificate(server.folder(), good.path());
    const TempFolder folder;
    write_file(folder / "password", "old\n");
    TcpProxy proxy(server.tls_port());
    SteadyBus bus;
    Witness witness;
    witness.join(server.port(), {.password = "old"});
    BotProcess bot(folder, on_irc(folder, bus, "localhost", proxy.port(),
                                  fmt::format("ca_file = \"{}\"\npassword_file = \"{}\"\nflood_exempt = true\n",
                                              server.ca_file().string(), (folder / "password").string())));
    REQUIRE(bus.start());
    GOES_ON(witness);
    // The bot is let in again when somebody is there to see what it says.
    const auto stop = [&] {
        proxy.refuse();
        server.stop();
        REQUIRE(witness.reader().wait_for_end());
        witness.leave();
    };
    const auto return_well = [&] {
        server.start();
        witness.join(server.port(), {.password = "old"});
        proxy.admit();
        GOES_ON(witness);
    };
    stop();
    pass(300ms);
    return_well();

    for (const auto* what : {"another authority's", "expired", "another host's"}) {
        INFO(what);
        stop();
        if (what == std::string("expired")) {
            make_expired_certificate(server.folder(), "localhost");
        } else if (what == std::string("another host's")) {
            make_server_certificate(server.folder(), "elsewhere.example");
        } else {
            make_certificates(bad.path(), "localhost");
            put_certificate(bad.path(), server.folder());
        }
        server.start();
        LogWatch refusal(bot, "certificate is refused: ");
        LogWatch expired(bot, "certificate is refused: certificate has expired");
        LogWatch other(bot, "certificate is refused: it was not made for localhost");
        proxy.admit();
        REQUIRE(refusal.sees_it());
        if (what == std::string("expired")) CHECK(expired.sees_it());
        if (what == std::string("another host's")) CHECK(other.sees_it());
        proxy.refuse();
        server.stop();
        put_certificate(good.path(), server.folder());
        return_well();
    }

    stop();
    server.set_password("new");
    server.start();
    LogWatch refusal(bot, "assword");  // in the server's words or ours
    proxy.admit();
    REQUIRE(refusal.sees_it());
    proxy.refuse();
    server.stop();
    server.set_password("old");
    return_well();
    check_all_came(bus, witness, bot);
}

TEST_CASE("while messages flow, an operator does to the bot what operators do") {
    const bool has_labels = GENERATE(false, true);
    INFO((has_labels ? "on InspIRCd" : "on ngircd"));
    std::optional<Ngircd> ngircd;
    std::optional<Inspircd> inspircd;
    const auto port = has_labels ? inspircd.emplace(no_limits).port() : ngircd.emplace().port();
    const TempFolder folder;
    SteadyBus bus;
    Witness witness;
    witness.join(port);
    BotProcess bot(folder, on_irc(folder, bus, "127.0.0.1", port, "tls = false\nflood_exempt = true\n"));
    REQUIRE(bus.start());
    GOES_ON(witness);
    for (const auto& deed : deeds()) {
        INFO(deed.done.front());
        LogWatch notice(bot, deed.noticed);
        for (const auto& line : deed.done) {
            pass(30ms);
            witness.reader().command(line);
        }
        REQUIRE(notice.sees_it());
        let_it_catch_up(witness);
        for (const auto& line : deed.undone) witness.reader().command(line);
        GOES_ON(witness);
    }
    check_all_came(bus, witness, bot);
    // Where the server answers each line, none is said twice.
    if (has_labels) CHECK(witness.texts().size() == witness.numbers().size());
}

TEST_CASE("while messages come, the server's name resolves late, and then the wire goes dead and nobody tells") {
    const Ngircd server;
    const TempFolder folder;
    TcpProxy proxy(server.port());
    SteadyBus bus;
    Witness witness;
    witness.join(server.port());
    const auto hosts = folder / "hosts";
    write_file(hosts, "127.0.0.1 other.example\n");
    BotProcess bot(folder,
                   on_irc(folder, bus, "late.irc.example", proxy.port(),
                          "tls = false\nflood_exempt = true\nsilence_limit = \"10s\"\n"),
                   // A sanitizer wants to be loaded first, and need not be; and nobody bound deeper than it.
                   std::map<std::string, std::string>{{"LD_PRELOAD", "libnss_wrapper.so"},
                                                      {"NSS_WRAPPER_HOSTS", hosts.string()},
                                                      {"NSS_WRAPPER_DISABLE_DEEPBIND", "1"},
                                                      {"ASAN_OPTIONS", "verify_asan_link_order=0"}});
    REQUIRE(bus.start());
    REQUIRE(LogWatch(bot, "cannot find late.irc.example").sees_it());
    pass(1500ms);  // the wrapper looks at a file's time in seconds
    CHECK(witness.texts().empty());
    write_file(hosts, "127.0.0.1 other.example late.irc.example\n");
    GOES_ON(witness);
    LogWatch silence(bot, "irc.disconnected");
    proxy.go_dead();
    REQUIRE(silence.sees_it());
    GOES_ON(witness);
    CHECK(proxy.connections() >= 2);
    check_all_came(bus, witness, bot);
}

TEST_CASE(
    "complaint: the queue never catches up after an outage (poe-component-irc #10). Under a public network's flood "
    "limits, with more coming than may leave, it does, and each message is said, or counted in a digest") {
    Inspircd server;
    const TempFolder folder;
    TcpProxy proxy(server.port());
    SteadyBus bus;
    Witness witness;
    witness.join(server.port());
    BotProcess bot(folder, on_irc(folder, bus, "127.0.0.1", proxy.port(),
                                  "tls = false\npace = { burst = 5, every = \"1s\" }\nbacklog = \"4s\"\n"));
    REQUIRE(bus.start());
    const auto says_more = [&](std::size_t count) {
        const auto before = witness.texts().size();
        return eventually([&] { return witness.texts().size() >= before + count; }, 60s);
    };
    REQUIRE(says_more(6));
    CHECK(witness.texts().front().find('\x03') != std::string::npos);
    for (const auto& deed : {deeds()[0], deeds()[1], deeds()[3]}) {
        INFO(deed.done.front());
        LogWatch notice(bot, deed.noticed);
        for (const auto& line : deed.done) witness.reader().command(line);
        REQUIRE(notice.sees_it());
        for (const auto& line : deed.undone) witness.reader().command(line);
        REQUIRE(says_more(1));
    }
    witness.reader().command("MODE #test +c");
    REQUIRE(says_more(2));
    CHECK(witness.texts().back().find('\x03') == std::string::npos);

    // Somebody takes the nick, and gives it back.
    proxy.refuse();
    proxy.cut();
    std::optional<IrcReader> thief;
    // The server may need a moment to see the bot go.
    REQUIRE(eventually([&] {
        try {
            thief.emplace(server.port(), "#other", IrcReader::Options{.nick = "bot"});
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    proxy.admit();
    REQUIRE(witness.reader().wait_for_join("bot2"));
    REQUIRE(says_more(1));
    CHECK(witness.reader().lines().back().nick == "bot2");
    thief.reset();
    REQUIRE(eventually([&] { return witness.reader().lines().back().nick == "bot"; }, 60s));

    proxy.refuse();
    server.kill();
    REQUIRE(witness.reader().wait_for_end());
    witness.leave();
    server.start();
    witness.join(server.port());
    proxy.admit();
    REQUIRE(says_more(3));

    const auto sent = bus.stop();
    // What waits is told within the time that a reader may wait, and some more for the last digest.
    REQUIRE(eventually(
        [&] {
            const auto before = witness.texts().size();
            pass(4s);
            return witness.texts().size() == before;
        },
        60s));
    const auto summary = bot.stop();
    INFO(summary);
    const auto count = [&](const char* name) { return std::max(0LL, count_in(summary, name)); };
    CHECK(count("received") == sent);
    CHECK(count("pending") == 0);
    CHECK(count("lost") == 0);
    CHECK(count("rejected") == 0);
    CHECK(count("digested") > 0);
    CHECK(count("delivered") - (count("sentences") - count("merged")) + count("condensed") + count("collapsed") +
              count("digested") + count("expired") ==
          sent);
    CHECK(bot.process().errors().find("irc.too_fast") == std::string::npos);
}

TEST_CASE(
    "a message that a real server's filter refuses is given up and told, and what bars a channel is in the summary") {
    auto options = no_limits;
    options.more =
        "<module name=\"regex_glob\">\n<module name=\"filter\">\n<filteropts engine=\"glob\">\n"
        "<keyword pattern=\"*Number 17 *\" reason=\"we do not say that\" action=\"block\" flags=\"pn\">\n";
    const Inspircd server(options);
    const TempFolder folder;
    SteadyBus bus;
    Witness witness;
    witness.join(server.port());
    IrcReader host(server.port(), "#closed", {.nick = "host"});
    host.command("MODE #closed +i");
    auto configuration = on_irc(folder, bus, "127.0.0.1", server.port(), "tls = false\nflood_exempt = true\n");
    configuration.replace(configuration.find("net/#test"), 9, "net/#test\", \"net/#closed");
    BotProcess bot(folder, configuration);
    REQUIRE(bus.start());
    REQUIRE(bot.process().says("post.rejected"));
    GOES_ON(witness);
    const auto line = bot.line_with("post.rejected");
    INFO(line);
    for (const auto* part :
         {"target=net/#test", "id=2026-tester-18", "topic=org.fedoraproject.prod.announce.announcement",
          "while others got through: 404 Your message to this channel was blocked: we do not say that"})
        CHECK(line.find(part) != std::string::npos);
    const auto sent = bus.stop();
    REQUIRE(eventually([&] { return static_cast<int>(witness.numbers().size()) == sent - 1; }, 60s));
    const auto summary = bot.stop();
    INFO(summary);
    CHECK(count_in(summary, "net/#test") == sent - 1);
    CHECK(count_in(summary, "rejected") == 1);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "pending") == sent);  // all of them, for the channel that is closed
    CHECK(count_in(summary, "barred") == 1);
    CHECK(summary.find("barred:net/#closed=\"473 ") != std::string::npos);
}
