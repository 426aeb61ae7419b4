#include "bridges/irc/irc_bridge.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/this_coro.hpp>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

IrcBridge::IrcBridge(const BridgeContext& context, IrcSettings settings)
    : executor_(context.executor),
      name_(context.name),
      configured_(std::move(settings)),
      settings_(configured_),
      policies_(context.state_dir / (context.name + ".sts")),
      pacer_(context.pacer),
      talk_back_(name_, configured_, context.inquiries),
      changed_(context.executor) {
    for (const auto& address : context.addresses) channel(address);
    if (context.inquiries) context.inquiries->barred[name_] = [this] { return barred(); };
}

asio::awaitable<void> IrcBridge::run() {
    co_await asio::this_coro::throw_if_cancelled(false);
    if (settings_.tls && !settings_.tls_verify)
        log::warn("irc.tls_unverified", {{"bridge", name_}, {"server", settings_.server}});
    if (!settings_.tls && !(settings_.account_password + settings_.password).empty())
        log::warn("irc.password_in_clear", {{"bridge", name_}, {"server", settings_.server}});
    while (!co_await is_cancelled()) {
        const Ending ending = co_await live();
        if (co_await is_cancelled()) break;
        const auto delay = report(ending);
        changed_.notify();
        co_await pause(delay);
    }
    co_await asio::this_coro::throw_if_cancelled(true);
}

void IrcBridge::choose_server() {
    if (turn_ > configured_.alternate_servers.size()) turn_ = 0;
    const auto server =
        turn_ == 0 ? IrcServer{configured_.server, configured_.port} : configured_.alternate_servers[turn_ - 1];
    settings_.server = server.host;
    settings_.port = server.port;
    settings_.tls = configured_.tls;
    settings_.tls_verify = configured_.tls_verify;
    if (settings_.tls) return;
    if (const auto port = policies_.port(server.host, std::chrono::system_clock::now())) {
        settings_.port = *port;
        settings_.tls = settings_.tls_verify = true;
    }
}

void IrcBridge::heed_sts() {
    if (!session_) return;
    const auto& offer = session_->conversation().sts();
    if (!offer) return;
    const auto now = std::chrono::system_clock::now();
    if (!settings_.tls && offer->port != 0) {
        policies_.heed(settings_.server, offer->port, now);
        must_upgrade_ = true;
    }
    if (settings_.tls && settings_.tls_verify && offer->duration)
        policies_.learn(settings_.server, settings_.port, *offer->duration, now);
}

asio::awaitable<Ending> IrcBridge::live() {
    has_lived_ = must_upgrade_ = false;
    choose_server();
    std::string why;
    auto stream = make_stream(executor_, settings_, why);
    if (!stream) co_return Ending(Ending::Kind::refused, why);
    why = co_await stream->connect(settings_);
    if (!why.empty()) co_return Ending(Ending::Kind::lost, why);
    if (settings_.tls) {
        auto trouble = co_await stream->shake_hands(settings_);
        if (trouble) co_return std::move(*trouble);
    }
    if (co_await is_cancelled()) co_return Ending(Ending::Kind::lost, "told to end");
    const auto began = Clock::now();
    log::info("irc.connected", {{"bridge", name_}, {"server", settings_.server}, {"security", stream->describe()}});
    auto conversation = std::make_unique<Conversation>(name_, settings_, channels_, pacer_, began);
    conversation->when_registered([this] { heed_sts(); });
    conversation->accompany(roster_);
    if (settings_.talk.is_on) conversation->accompany(talk_back_);
    session_ = std::make_unique<Session>(executor_, std::move(stream), std::move(conversation), changed_,
                                         settings_.timings.good_bye);
    ++connection_;
    connected_at_ = began;
    Ending ending = co_await session_->run();
    was_closed_on_us_ = ending.kind != Ending::Kind::lost;
    has_lived_ = session_->conversation().is_registered() && Clock::now() - began >= settings_.timings.lived_a_while;
    heed_sts();  // again: the time counts from the end of the connection
    session_.reset();
    changed_.notify();
    co_return ending;
}

milliseconds IrcBridge::report(const Ending& ending) {
    const auto& timings = settings_.timings;
    const auto servers = static_cast<int>(configured_.alternate_servers.size()) + 1;
    failures_ = has_lived_ || must_upgrade_ ? 0 : std::min(failures_ + 1, 30 * servers);
    // The next server is tried soon; only when all had their turn does the wait grow.
    const bool has_next = !has_lived_ && failures_ % servers != 0;
    if (!has_lived_ && !must_upgrade_) ++turn_;
    auto delay = has_next || must_upgrade_ ? timings.reconnect_least
                 : ending.kind == Ending::Kind::refused
                     ? timings.reconnect_refused
                     : grown(timings.reconnect_least, timings.reconnect_most, std::max((failures_ - 1) / servers, 0));
    // Jitter: not all bots of a network come back in the same second.
    delay = milliseconds(
        std::uniform_int_distribution<milliseconds::rep>(delay.count() * 3 / 4, delay.count() * 5 / 4)(random_));
    hindrance_ = ending.why;
    const auto again = fmt::format("{:.1f}s", static_cast<double>(delay.count()) / 1000);
    if (ending.kind == Ending::Kind::refused)
        log::error("irc.refused",
                   {{"bridge", name_}, {"server", settings_.server}, {"why", ending.why}, {"again_in", again}});
    else
        log::warn("irc.disconnected",
                  {{"bridge", name_}, {"server", settings_.server}, {"why", ending.why}, {"again_in", again}});
    return delay;
}

asio::awaitable<void> IrcBridge::pause(milliseconds time) {
    const auto until = Clock::now() + time;
    while (Clock::now() < until && !co_await is_cancelled()) co_await changed_.wait_until(until);
}

Channel& IrcBridge::channel(const std::string& address) {
    const ServerFeatures usual;
    const auto found = std::find_if(channels_.begin(), channels_.end(),
                                    [&](const Channel& known) { return usual.same(known.name(), address); });
    return found == channels_.end() ? channels_.emplace_back(address, settings_.timings) : *found;
}

std::vector<IrcBridge::ChannelStatus> IrcBridge::status() const {
    std::vector<ChannelStatus> all;
    for (const auto& known : channels_) {
        const bool is_ready = session_ && known.is_ready();
        all.push_back({known.name(), is_ready, is_ready ? "" : session_ ? known.hindrance() : hindrance_});
    }
    return all;
}

std::vector<Inquiries::Barred> IrcBridge::barred() const {
    const bool is_in = session_ && session_->conversation().is_registered();
    // Before the first attempt has failed there is nothing to tell.
    if (!is_in)
        return failures_ > 0 ? std::vector<Inquiries::Barred>{{{}, hindrance_}} : std::vector<Inquiries::Barred>{};
    std::vector<Inquiries::Barred> all;
    for (const auto& known : channels_)
        if (auto why = known.trouble(); !why.empty()) all.push_back({known.name(), std::move(why)});
    return all;
}

}  // namespace fedmsgbot
