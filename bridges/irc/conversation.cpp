#include "bridges/irc/conversation.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "bot/core/log.h"
#include "bot/core/text.h"
#include "bridges/irc/complaint.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view barrier_word = "fedmsgbot-";
constexpr std::size_t max_line = 512;
// Nobody's real prefix is longer: 30 of nick, 12 of user, 63 of host and some more. A server that claims otherwise
// must not leave us without room.
constexpr std::size_t max_prefix = 200;
constexpr std::size_t guessed_user_and_host = 80;
constexpr std::size_t max_unread_answers = 64 * 1024;
constexpr std::size_t max_unread_lines = 20'000;

}  // namespace

Conversation::Conversation(std::string bridge, const IrcSettings& settings, Channels& channels, Pacer& pacer,
                           TimePoint now)
    : bridge_(std::move(bridge)),
      settings_(settings),
      channels_(channels),
      pacer_(pacer),
      registration_(settings),
      nick_keeper_(settings_, features_),
      began_at_(now),
      heard_at_(now),
      asked_at_(now),
      next_join_(now),
      barred_told_at_(now),
      slowness_(pacer.slowness(now)) {
    for (auto& line : registration_.begin()) send_paced(std::move(line), now);
}

Conversation::~Conversation() {
    for (auto& channel : channels_) channel.disconnected();
    for (auto* companion : companions_) companion->forget();
}

void Conversation::end(Ending ending) {
    // The first reason is the true one; what follows are its consequences.
    if (!ending_) ending_.emplace(std::move(ending));
}

void Conversation::send(std::string line) {
    queue_.push_back(std::move(line) + "\r\n");
    if (queue_.size() > max_unread_lines) end({Ending::Kind::lost, "the server asks for much and does not listen"});
}

void Conversation::send_paced(std::string line, TimePoint now) {
    send(std::move(line));
    pacer_.spend(now, 1);
}

std::string Conversation::take_output(std::size_t max_bytes) {
    std::string output = std::exchange(urgent_, {});
    while (!queue_.empty() && output.size() < max_bytes) {
        output += queue_.front();
        queue_.pop_front();
    }
    return output;
}

std::size_t Conversation::room(const Channel& channel) const {
    const auto shown = nick_.size() + (user_and_host_.empty() ? guessed_user_and_host : user_and_host_.size());
    // `:prefix NOTICE #channel :text`
    const auto around = 1 + std::min(shown, max_prefix) + 1 + settings_.command.size() + 1 + channel.name().size() + 2;
    return max_line - 2 - around;
}

// The best that the server grants.
Unconfirmed::Proof Conversation::proof() const {
    using Proof = Unconfirmed::Proof;
    if (!uses("echo-message") || !unconfirmed_.is_echo_trusted()) return Proof::barrier;
    return uses("labeled-response") && uses("batch") ? Proof::label : Proof::echo;
}

Conversation::Tickets Conversation::say(const Channel& channel, const std::vector<std::string>& texts, TimePoint now) {
    const auto wanted = proof();
    Tickets tickets{0, 0};
    for (const auto& text : texts) {
        tickets.last = unconfirmed_.add(channel, text, wanted, now);
        if (tickets.first == 0) tickets.first = tickets.last;
        const auto tag = wanted == Unconfirmed::Proof::label ? fmt::format("@label={} ", tickets.last) : std::string{};
        send(fmt::format("{}{} {} :{}", tag, settings_.command, channel.name(), text));
    }
    return tickets;
}

Conversation::Barrier Conversation::raise_barrier(TimePoint now) {
    const auto barrier = unconfirmed_.raise(now);
    send_paced(fmt::format("PING :{}{}", barrier_word, barrier), now);
    return barrier;
}

Channel* Conversation::find(std::string_view name) {
    const auto found = std::find_if(channels_.begin(), channels_.end(),
                                    [&](const Channel& channel) { return features_.same(channel.name(), name); });
    return found == channels_.end() ? nullptr : &*found;
}

Conversation::TimePoint Conversation::tick(TimePoint now) {
    auto next = watch_link(now);
    for (auto& channel : channels_) channel.tick(now);
    for (auto& line : registration_.tick(now)) send_paced(std::move(line), now);
    if (registration_.failure()) end(*registration_.failure());
    next = std::min(next, registration_.due());
    if (!is_registered()) {
        const auto limit = began_at_ + settings_.timings.registration;
        if (now >= limit) end({Ending::Kind::lost, "the server did not welcome us in time"});
        return std::min(next, limit);
    }
    for (const auto& channel : channels_)
        if (channel.due() > now) next = std::min(next, channel.due());
    next = std::min(next, join_channels(now));
    for (auto& line : nick_keeper_.tick(now, nick_)) send_paced(std::move(line), now);
    watch_pace(now);
    tell_barred(now);
    for (auto* companion : companions_) next = std::min(next, companion->tick(*this, now));
    return std::min(next, nick_keeper_.due());
}

Conversation::TimePoint Conversation::watch_link(TimePoint now) {
    const auto limit = settings_.timings.silence_limit;
    if (now - heard_at_ >= limit) end({Ending::Kind::lost, "the server has been silent for too long"});
    const auto asked_since = unconfirmed_.asked_since();
    if (asked_since && now - *asked_since >= settings_.timings.confirmation)
        end({Ending::Kind::lost, "the server does not answer PING"});
    // An answer to a label that does not come is asked after too.
    const auto ask_at = [&] {
        const auto since = std::max(heard_at_, asked_at_);
        return std::min(since, unconfirmed_.unasked_since().value_or(since)) + limit / 2;
    };
    if (is_registered() && now >= ask_at()) {
        asked_at_ = now;
        raise_barrier(now);
    }
    return is_registered() ? std::min(heard_at_ + limit, ask_at()) : heard_at_ + limit;
}

Conversation::TimePoint Conversation::join_channels(TimePoint now) {
    for (auto& channel : channels_) {
        if (!channel.wants_join(now)) continue;
        if (now < next_join_) return next_join_;
        channel.asked_to_join(now);
        const auto key = std::find_if(settings_.channel_keys.begin(), settings_.channel_keys.end(),
                                      [&](const auto& pair) { return features_.same(pair.first, channel.name()); });
        send_paced(key == settings_.channel_keys.end() ? irc_line({"JOIN", channel.name()})
                                                       : irc_line({"JOIN", channel.name(), key->second}),
                   now);
        next_join_ = now + settings_.timings.join_every;
    }
    return TimePoint::max();
}

void Conversation::watch_pace(TimePoint now) {
    const auto slowness = pacer_.slowness(now);
    if (slowness == std::exchange(slowness_, slowness)) return;
    log::info("irc.pace", {{"bridge", bridge_}, {"times_slower", slowness}, {"complaints", pacer_.complaints()}});
}

// Each minute, for as long as there is something to mend.
void Conversation::tell_barred(TimePoint now) {
    if (now < barred_told_at_ + std::chrono::minutes(1)) return;
    barred_told_at_ = now;
    for (const auto& channel : channels_)
        if (channel.is_barred())
            log::info("irc.still_barred",
                      {{"bridge", bridge_}, {"channel", channel.name()}, {"why", channel.hindrance()}});
}

void Conversation::registered(TimePoint now) {
    nick_ = registration_.nick();
    log::info("irc.registered", {{"bridge", bridge_}, {"server", settings_.server}, {"nick", nick_}});
    nick_keeper_.begin(now, registration_.is_logged_in());
    if (when_registered_) when_registered_();
    if (!settings_.nickserv.empty() && !registration_.is_logged_in())
        send_paced(
            irc_line({"PRIVMSG", settings_.nickserv,
                      settings_.account.empty() ? "IDENTIFY " + settings_.account_password
                                                : "IDENTIFY " + settings_.account + " " + settings_.account_password}),
            now);
}

void Conversation::answer_ping(const IrcMessage& ping) {
    urgent_ += irc_line({"PONG", ping.last().substr(0, 400)}) + "\r\n";
    if (urgent_.size() > max_unread_answers) end({Ending::Kind::lost, "the server pings and does not listen"});
}

void Conversation::hear_error(const IrcMessage& error) {
    const auto why = clean_line(error.last(), 300);
    static constexpr std::string_view verdicts[] = {"banned", "-lined",       "k-line",       "g-line",
                                                    "z-line", "bad password", "access denied"};
    const std::string lower = in_lower_case(why);
    const bool is_verdict = std::any_of(std::begin(verdicts), std::end(verdicts), [&](std::string_view verdict) {
        return lower.find(verdict) != std::string::npos;
    });
    // Of a flood it is no line's fault that the link is closed; the pace has heard of it.
    const auto kind = is_verdict            ? Ending::Kind::refused
                      : is_complaint(error) ? Ending::Kind::lost
                                            : Ending::Kind::closed;
    end({kind, "the server closes the link: " + why});
}

void Conversation::hear_pong(const IrcMessage& pong) {
    auto word = pong.last();
    if (!word.starts_with(barrier_word)) return;
    word.remove_prefix(barrier_word.size());
    Barrier barrier = 0;
    const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), barrier);
    if (error != std::errc{} || rest != word.data() + word.size()) return;
    unconfirmed_.passed(barrier);
    if (unconfirmed_.is_echo_trusted() || std::exchange(has_told_distrust_, true)) return;
    log::warn("irc.no_echo",
              {{"bridge", bridge_}, {"why", "the server promised echoes, and sends none of NOTICE or PRIVMSG"}});
}

}  // namespace fedmsgbot
