// A text that a server refuses for ever must not close its channel to what comes after it; and a channel or a link that
// fails is no text's fault.
#include <catch2/catch.hpp>

#include "tests/bridges/irc/flow_of_posts.h"
#include "tests/support/inspircd.h"
#include "tests/support/irc_reader.h"
#include "tests/support/scripted_ircd.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using Client = ScriptedIrcd::Client;

namespace {

IrcSettings impatient(std::uint16_t port) {
    auto settings = quick_settings(port);
    settings.timings.barred_least = 100ms;
    settings.timings.barred_most = 400ms;
    settings.timings.reconnect_refused = 100ms;
    settings.timings.lived_a_while = 500ms;
    settings.timings.wait_for_channel = 5s;
    return settings;
}

Inspircd::Options without_limits(bool echoes, std::string more) {
    return {.fakelag = false,
            .threshold = 100000,
            .commandrate = 1000000,
            .recvq = 1 << 20,
            .echoes = echoes,
            .more = std::move(more)};
}

constexpr const char* bad = "post 17 of a flow";

// The flow ends. All but the bad post has come to those who read, and why that one has not is told.
void check_all_but_one_came(FlowOfPosts& flow, const IrcReader& reader, const std::string& words) {
    REQUIRE(flow.is_drained());
    REQUIRE(flow.rejected().size() == 1);
    CHECK(flow.rejected().begin()->first == bad);
    INFO(flow.rejected().begin()->second);
    CHECK(flow.rejected().begin()->second.find(words) != std::string::npos);
    auto accepted = flow.accepted();
    CHECK(flow.delivered() == accepted.size() - 1);
    std::erase(accepted, bad);
    const auto seen = [&] {
        std::vector<std::string> texts;
        for (const auto& text : reader.texts()) texts.push_back(text.substr(std::string("git.receive -- ").size()));
        auto all = first_of_each(texts);
        std::sort(all.begin(), all.end());
        return all;
    };
    std::sort(accepted.begin(), accepted.end());
    eventually([&] { return seen().size() >= accepted.size(); });
    CHECK(seen() == accepted);
}

}  // namespace

TEST_CASE("a word that a real InspIRCd's channel forbids costs that post alone") {
    const bool echoes = GENERATE(true, false);
    INFO((echoes ? "with labels" : "without labels"));
    const Inspircd server(
        without_limits(echoes, "<module name=\"censor\">\n<badword text=\"post 17 of\" replace=\"\">\n"));
    IrcReader reader(server.port(), "#test");
    reader.command("MODE #test +G");
    asio::io_context loop;
    RunningBridge bridge(loop, impatient(server.port()));
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 60 && !flow.rejected().empty(); }));
    check_all_but_one_came(flow, reader, "banned phrase");
}

TEST_CASE("a text at which a real InspIRCd's filter blocks the line or kills the link costs that post alone") {
    struct Case {
        std::string action;
        bool echoes;
        std::string told;
    };
    // Of a line with a label InspIRCd's last word, the ERROR, does not come out.
    const auto filter =
        GENERATE(Case{"block", true, "we do not say that"}, Case{"kill", false, "Filtered: we do not say that"},
                 Case{"kill", true, "the connection ended"});
    INFO(filter.action << (filter.echoes ? " with labels" : " without labels"));
    const Inspircd server(
        without_limits(filter.echoes,
                       "<module name=\"regex_glob\">\n<module name=\"filter\">\n<filteropts engine=\"glob\">\n"
                       "<keyword pattern=\"*post 17 of*\" reason=\"we do not say that\" action=\"" +
                           filter.action + "\" flags=\"pn\">\n"));
    const IrcReader reader(server.port(), "#test");
    asio::io_context loop;
    RunningBridge bridge(loop, impatient(server.port()));
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 60 && !flow.rejected().empty(); }));
    check_all_but_one_came(flow, reader, filter.told);
}

TEST_CASE("a text for which the channel's own bot kicks costs that post alone") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        while (true) {
            const auto line = co_await client.serve("NOTICE #test :git.receive -- bad");
            if (line.empty()) co_return;
            co_await client.send(":guard!g@h KICK #test " + client.nick() + " :language");
        }
    });
    RunningBridge bridge(loop, impatient(server.port()));
    FlowOfPosts flow(bridge, {"fine", "bad", "good"});
    REQUIRE(flow.until([&] { return !flow.rejected().empty(); }));
    REQUIRE(flow.is_drained());
    CHECK(flow.delivered() == 2 + flow.accepted().size());
    REQUIRE(flow.rejected().size() == 1);
    CHECK(flow.rejected().at("bad").find("language") != std::string::npos);
}

TEST_CASE("who kills each link is not to blame while alone, tried ever more rarely, and given up when others come") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        co_await client.serve("NOTICE #test :git.receive -- bad");
        co_await client.send("ERROR :Closing link: (bot@host) [I choke on this]");
    });
    auto settings = impatient(server.port());
    settings.timings.lived_a_while = 100ms;
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge, {"bad"});
    // 100 ms of life, then 200, 400, ...
    bridge.run_until([&] { return flow.step(false), false; }, 3s);
    CHECK(flow.rejected().empty());
    CHECK(server.said().size() >= 3);
    CHECK(server.said().size() <= 9);
    REQUIRE(flow.until([&] { return !flow.rejected().empty(); }));
    REQUIRE(flow.is_drained());
    REQUIRE(flow.rejected().size() == 1);
    CHECK(flow.rejected().at("bad").find("I choke on this") != std::string::npos);
    CHECK(flow.delivered() == flow.accepted().size());
}

TEST_CASE("a server that closes every link for a while, whatever is said, costs no post") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        co_await client.serve(client.number() <= 12 ? "NOTICE " : "\n");
        if (client.number() % 2 == 0) co_await client.send("ERROR :Closing link: Server shutdown");
    });
    auto settings = impatient(server.port());
    settings.timings.lived_a_while = 100ms;
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge, {"one", "two", "three"});
    REQUIRE(flow.is_drained());
    CHECK(flow.rejected().empty());
    CHECK(flow.delivered() == 3);
}

TEST_CASE("a channel that refuses whatever is said, for a reason that it does not show, costs no post") {
    asio::io_context loop;
    int refusals = 0;
    ScriptedIrcd server(loop, [&](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        while (refusals < 30) {
            const auto line = co_await client.serve("NOTICE ");
            if (line.empty()) co_return;
            ++refusals;
            co_await client.send(":irc.example 404 " + client.nick() + " #test :Cannot send to channel (+b)");
        }
        co_await client.serve();
    });
    auto settings = impatient(server.port());
    settings.timings.barred_least = settings.timings.barred_most = 20ms;
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge, {"one", "two", "three"});
    REQUIRE(flow.is_drained());
    CHECK(flow.rejected().empty());
    CHECK(server.said().size() == 33);
}
