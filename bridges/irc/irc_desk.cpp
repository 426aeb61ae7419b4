#include "bridges/irc/irc_desk.h"

#include <fmt/format.h>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "bot/flow/pacer.h"

// A false alarm of g++ 12, where it puts one half of Asio's own allocation of a coroutine in line and not the other.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
using Clock = std::chrono::steady_clock;

namespace {

// The oldest networks allow nine characters, and cut what is longer.
constexpr std::size_t most_of_the_nick = 6;

}  // namespace

IrcDesk::IrcDesk(asio::any_io_executor executor, IrcSettings settings)
    : executor_(std::move(executor)), settings_(std::move(settings)) {
    settings_.nick = settings_.nick.substr(0, most_of_the_nick) + "-ck";
    settings_.alternates.clear();
    // Nothing is to be said to services: the bot's own nick and login are its own affair.
    settings_.regain = RegainBy::waiting;
    settings_.nickserv.clear();
    settings_.talk.is_on = false;
}

asio::awaitable<OnlineReport> IrcDesk::inspect(Deadline until) {
    OnlineReport report;
    std::vector<IrcServer> servers{{settings_.server, settings_.port}};
    servers.insert(servers.end(), settings_.alternate_servers.begin(), settings_.alternate_servers.end());
    std::vector<std::string> closed;
    for (const auto& server : servers) {
        IrcSettings settings = settings_;
        settings.server = server.host;
        settings.port = server.port;
        const Visit visit = co_await this->visit(std::move(settings), until);
        const auto name = fmt::format("{} port {}", server.host, server.port);
        if (!visit.why.empty())
            closed.push_back(fmt::format("{}: {}", name, visit.why));
        else
            report.facts.push_back(fmt::format("server: {}, {}, lets us in as {}", name, visit.security, visit.nick));
    }
    if (settings_.sasl != SaslMethod::none && settings_.sasl_required && !report.facts.empty())
        report.facts.push_back(
            fmt::format("login: by SASL{}", settings_.account.empty() ? "" : " as " + settings_.account));
    if (settings_.tls && !settings_.tls_verify)
        report.advice.emplace_back("the server's certificate is not checked (tls_verify = false)");
    // One that lets us in is enough.
    auto& told = report.facts.empty() ? report.failures : report.advice;
    told.insert(told.end(), closed.begin(), closed.end());
    co_return report;
}

asio::awaitable<IrcDesk::Visit> IrcDesk::visit(IrcSettings settings, Deadline until) {
    Visit visit;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left <= 0ms) {
        visit.why = "there was no time left for it";
        co_return visit;
    }
    settings.timings.connect = std::min(settings.timings.connect, left);
    auto stream = make_stream(executor_, settings, visit.why);
    if (!stream) co_return visit;
    visit.why = co_await stream->connect(settings);
    if (!visit.why.empty()) co_return visit;
    if (settings.tls) {
        const auto trouble = co_await stream->shake_hands(settings);
        if (trouble) visit.why = trouble->why;
        if (trouble) co_return visit;
    }
    visit.security = stream->describe();
    Conversation::Channels none;
    Pacer pacer(10, 1s);
    Signal changed(executor_);
    auto conversation = std::make_unique<Conversation>("check", settings, none, pacer, Clock::now());
    auto& talk = *conversation;
    Session session(executor_, std::move(stream), std::move(conversation), changed, settings.timings.good_bye);
    co_await (carry(session) || await_registration(talk, changed, until));
    visit.nick = talk.nick();
    const bool was_ended = talk.ending() && Clock::now() < until;
    if (!talk.is_registered()) visit.why = was_ended ? talk.ending()->why : "it did not let us in in time";
    co_return visit;
}

// As the session wants it: cancelled, it says good-bye and returns.
asio::awaitable<void> IrcDesk::carry(Session& session) {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await session.run();
}

asio::awaitable<void> IrcDesk::await_registration(Conversation& conversation, Signal& changed, Deadline until) {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!conversation.is_registered() && !conversation.ending() && Clock::now() < until && !co_await is_cancelled())
        co_await changed.wait_until(until);
}

}  // namespace fedmsgbot
