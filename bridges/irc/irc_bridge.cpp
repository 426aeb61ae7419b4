#include "bridges/irc/irc_bridge.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>
#include <boost/asio/this_coro.hpp>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

// A barrier within a large batch costs little and leaves less to repeat when the link breaks.
constexpr std::size_t posts_a_barrier = 16;

}  // namespace

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
    Ending ending = co_await session_->run();
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

asio::awaitable<Outcomes> IrcBridge::deliver(const Batch& batch) {
    assert(!batch.empty());
    co_await asio::this_coro::throw_if_cancelled(false);
    Outcomes outcomes = co_await deliver_batch(batch);
    co_await asio::this_coro::throw_if_cancelled(true);
    co_return outcomes;
}

asio::awaitable<Outcomes> IrcBridge::deliver_batch(const Batch& batch) {
    const std::string& address = batch.front()->address;
    const auto mistake = check_irc_channel(address);
    if (!mistake.empty()) co_return Outcomes(batch.size(), Outcome::rejected(mistake));
    Channel& place = channel(address);
    const auto trouble = co_await wait_for(place);
    if (trouble) co_return Outcomes(batch.size(), *trouble);
    auto said = write(batch, place);
    co_return co_await confirm(std::move(said), place);
}

// Nothing when the channel is ready; else what to answer for all posts.
asio::awaitable<std::optional<Outcome>> IrcBridge::wait_for(Channel& place) {
    const auto deadline = Clock::now() + settings_.timings.wait_for_channel;
    while (!co_await is_cancelled()) {
        const auto now = Clock::now();
        if (place.held_until() > now) {
            // Not to its end: an operator may change it.
            constexpr milliseconds most(2'000);
            const auto left = std::chrono::ceil<milliseconds>(place.held_until() - now);
            co_return Outcome::retry(place.name() + ": an operator muted it", std::min(left, most));
        }
        // The outbox took a burst for posts that had to wait for the connection, and registering and joining took
        // their part since: together they would be too much at once.
        const auto paid_at = pacer_.paid_at(now);
        if (session_ && place.is_ready() && paid_at <= now) co_return std::nullopt;
        if (session_ && place.is_barred()) {
            const auto most = settings_.timings.barred_least;
            const auto left = std::chrono::ceil<milliseconds>(place.due() - now);
            co_return Outcome::retry(place.name() + ": " + place.hindrance(), std::clamp(left, most / 60, most));
        }
        const bool is_early = session_ && place.is_ready();
        if (now >= deadline)
            co_return Outcome::retry(!session_  ? hindrance_
                                     : is_early ? "the pace does not allow it"
                                                : place.hindrance(),
                                     milliseconds(0));
        co_await changed_.wait_until(is_early ? std::min(deadline, paid_at) : deadline);
    }
    co_return Outcome::retry("told to end", milliseconds(0));
}

std::vector<std::string> IrcBridge::texts_of(const Post& post, const ChannelLook& look, const Channel& place,
                                             std::size_t room) const {
    const std::string_view topic = post.message ? std::string_view(post.message->topic()) : std::string_view{};
    if (!look.breaks_nicks) return format_line(*post.line, look.style, room, topic);
    Line line = *post.line;
    for (auto* text : {&line.title, &line.text, &line.long_form})
        *text = roster_.with_broken_nicks(*text, place.name());
    return format_line(line, look.style, room, topic);
}

IrcBridge::Said IrcBridge::write(const Batch& batch, const Channel& place) {
    const auto now = Clock::now();
    auto& conversation = session_->conversation();
    auto look = settings_.look(place.name());
    if (place.strips_colors()) look.style.colors = false;
    const auto room = conversation.room(place);
    Said said;
    std::size_t lines = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto texts = texts_of(*batch[i], look, place, room);
        lines += texts.size();
        said.push_back(conversation.say(place, texts, now));
        const bool is_part_full = (i + 1) % posts_a_barrier == 0 || i + 1 == batch.size();
        if (is_part_full && conversation.needs_barrier()) conversation.raise_barrier(now);
    }
    // One for each post was spent by the outbox.
    if (lines > batch.size()) pacer_.spend(now, static_cast<int>(lines - batch.size()));
    session_->wake();
    return said;
}

asio::awaitable<Outcomes> IrcBridge::confirm(Said said, const Channel& place) {
    const auto connection = connection_;
    Outcomes outcomes;
    for (const auto& tickets : said) {
        LineFate found = co_await fate(tickets, connection);
        const bool is_delivered = found.kind == LineFate::Kind::delivered;
        // wait_for() knows how long a channel or a connection needs; a loss that nothing explains may come again.
        const bool is_unexplained = session_ && place.is_ready();
        outcomes.push_back(is_delivered     ? Outcome::delivered()
                           : is_unexplained ? Outcome::retry(found.why)
                                            : Outcome::retry(found.why, milliseconds(0)));
    }
    co_return outcomes;
}

// Of a post: it is delivered when all its lines are.
asio::awaitable<LineFate> IrcBridge::fate(Conversation::Tickets tickets, std::uint64_t connection) {
    LineFate of_post{LineFate::Kind::delivered, {}};
    for (auto ticket = tickets.first; ticket <= tickets.last; ++ticket) {
        while (true) {
            LineFate found{LineFate::Kind::lost, "the connection broke before the server confirmed the line"};
            if (session_ && connection_ == connection) found = session_->conversation().fate(ticket);
            const bool is_told_to_end = co_await is_cancelled();
            if (found.kind == LineFate::Kind::open && is_told_to_end) found = {LineFate::Kind::lost, "told to end"};
            if (found.kind != LineFate::Kind::open) {
                if (found.kind == LineFate::Kind::lost) of_post = std::move(found);
                break;
            }
            // The conversation ends by itself when the answer does not come; this is a belt to those braces.
            co_await changed_.wait_until(Clock::now() + settings_.timings.confirmation);
        }
    }
    co_return of_post;
}

std::vector<IrcBridge::ChannelStatus> IrcBridge::status() const {
    std::vector<ChannelStatus> all;
    for (const auto& known : channels_) {
        const bool is_ready = session_ && known.is_ready();
        all.push_back({known.name(), is_ready, is_ready ? "" : session_ ? known.hindrance() : hindrance_});
    }
    return all;
}

}  // namespace fedmsgbot
