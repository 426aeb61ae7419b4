// What the server may say, and what follows from it; the rest of Conversation is in conversation.cpp.
#include <algorithm>
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "bot/core/log.h"
#include "bot/core/text.h"
#include "bridges/irc/complaint.h"
#include "bridges/irc/conversation.h"
#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_batches = 16;

bool is_error(const IrcMessage& message) { return message.numeric >= 400 && message.numeric < 600; }

std::string why_refused(const IrcMessage& refusal) {
    return is_error(refusal)
               ? fmt::format("{} {}", refusal.numeric, clean_line(refusal.last(), 200))
               : fmt::format("{} {}", clean_line(refusal.parameter(1), 50), clean_line(refusal.last(), 200));
}

// Does the server refuse a line for its colours? The number alone means other things elsewhere.
bool is_about_colors(const IrcMessage& refusal) {
    const auto words = refusal.last();
    return (refusal.numeric == numeric::no_colors || refusal.numeric == numeric::cannot_send) &&
           (words.find("color") != std::string_view::npos || words.find("colour") != std::string_view::npos);
}

}  // namespace

void Conversation::hear(std::string_view line, TimePoint now) {
    heard_at_ = now;
    const auto message = IrcMessage::parse(line);
    if (!message || ending_) return;
    if (is_complaint(*message)) hear_complaint(*message, now);
    if (message->command == "PING") return answer_ping(*message);
    if (message->command == "ERROR") return hear_error(*message);
    const bool was_registered = is_registered();
    for (auto& answer : registration_.hear(*message, now)) send_paced(std::move(answer), now);
    if (registration_.failure()) end(*registration_.failure());
    if (!was_registered) {
        if (is_registered()) registered(now);
        return;
    }
    nick_keeper_.hear(*message, now);
    if (!message->tags.empty()) hear_label(*message);
    for (auto* companion : companions_) companion->hear(*message, *this, now);
    if (message->numeric != 0)
        hear_numeric(*message, now);
    else
        hear_command(*message, now);
}

void Conversation::hear_command(const IrcMessage& message, TimePoint now) {
    const auto& command = message.command;
    if (is_ours(message.nick()) && command != "NICK") learn_prefix(message);
    if (command == "PONG") return hear_pong(message);
    if (command == "MODE") return hear_mode(message);
    if (command == "BATCH") return hear_batch(message);
    if (command == "FAIL") return hear_failure(message, now);
    if (command == "KICK" && is_ours(message.parameter(1)))
        return hear_removal(
            message.parameter(0),
            fmt::format("kicked by {}: {}", clean_line(message.nick(), 64), clean_line(message.parameter(2), 200)),
            now);
    if (command == "KILL" && is_ours(message.parameter(0)))
        return end({Ending::Kind::closed, "killed: " + clean_line(message.last(), 200)});
    if (!is_ours(message.nick())) return;
    if (command == "CHGHOST") user_and_host_ = fmt::format("!{}@{}", message.parameter(0), message.parameter(1));
    if (command == "JOIN") return hear_join(message, now);
    if (command == "NOTICE" || command == "PRIVMSG") return hear_echo(message);
    if (command == "NICK") return hear_nick(message);
    if (command == "PART") return hear_removal(message.parameter(0), "made to part", now);
    if (command == "QUIT") end({Ending::Kind::closed, "the server says that we quit"});
}

void Conversation::hear_numeric(const IrcMessage& message, TimePoint now) {
    switch (message.numeric) {
        case numeric::software:
            return features_.learn_software(message.parameter(2));
        case numeric::features:
            return features_.learn(message);
        case numeric::motd_end:
        case numeric::no_motd:
            if (features_.bot_mode())
                send_paced(irc_line({"MODE", nick_, std::string{'+', features_.bot_mode()}}), now);
            return;
        case numeric::host_changed:
            return hear_host(message);
        case numeric::names:
            return hear_names(message);
        case numeric::channel_modes:
            if (auto* channel = find(message.parameter(1)))
                channel->modes_are(features_, nick_ + user_and_host_, std::span(message.parameters).subspan(2));
            return;
        default:
            // Networks refuse for many reasons, each with a number of its own.
            if (is_error(message) && !is_complaint(message)) hear_refusal(message, now);
    }
}

void Conversation::hear_complaint(const IrcMessage& complaint, TimePoint now) {
    pacer_.slow_down(now);
    if (pacer_.slowness(now) != slowness_)
        log::warn("irc.too_fast", {{"bridge", bridge_}, {"why", clean_line(complaint.last(), 300)}});
    watch_pace(now);
    if (!may_have_cost_lines(complaint)) return;
    // Which line it was is not said: what is unconfirmed is said once more.
    for (auto& channel : channels_) channel.doubted();
}

// What answers one of our lines bears its label, or stands in the batch that does.
void Conversation::hear_label(const IrcMessage& answer) {
    Unconfirmed::Ticket ticket = 0;
    if (const auto label = answer.tag("label")) {
        const auto [rest, error] = std::from_chars(label->data(), label->data() + label->size(), ticket);
        if (error != std::errc{} || rest != label->data() + label->size()) return;
        const auto batch = answer.parameter(0);
        if (answer.command == "BATCH" && batch.starts_with('+') && batch.size() < 64 && batches_.size() < max_batches)
            batches_[std::string(batch.substr(1))] = ticket;
    } else if (const auto reference = answer.tag("batch")) {
        const auto found = batches_.find(*reference);
        if (found == batches_.end()) return;
        ticket = found->second;
    }
    const bool is_said = answer.command == "NOTICE" || answer.command == "PRIVMSG";
    if (is_said && is_ours(answer.nick()))
        unconfirmed_.echoed(ticket);
    else if (is_error(answer) || answer.command == "FAIL")
        unconfirmed_.refused(ticket, why_refused(answer));
    else if (answer.command == "ACK")
        unconfirmed_.answered_without_echo(ticket);
}

void Conversation::hear_batch(const IrcMessage& batch) {
    if (!batch.parameter(0).starts_with('-')) return;
    const auto found = batches_.find(batch.parameter(0).substr(1));
    if (found == batches_.end()) return;
    unconfirmed_.answered_without_echo(found->second);
    batches_.erase(found);
}

void Conversation::hear_echo(const IrcMessage& echo) {
    // One with a label was heard as the answer that it is.
    if (echo.tag("label") || echo.tag("batch")) return;
    if (const auto* channel = find(echo.parameter(0))) unconfirmed_.echoed(*channel, echo.last());
}

// `FAIL PRIVMSG CODE context... :why`, the standard replies of newer servers.
void Conversation::hear_failure(const IrcMessage& failure, TimePoint now) {
    for (std::size_t i = 2; i + 1 < failure.parameters.size(); ++i)
        if (auto* channel = find(failure.parameter(i))) return bar(*channel, why_refused(failure), now);
    // Which line it was is not said.
    const bool is_about_a_line = failure.parameter(0) == "PRIVMSG" || failure.parameter(0) == "NOTICE";
    if (!is_about_a_line || failure.tag("label")) return;
    if (const auto* place = unconfirmed_.place_of_all())
        if (auto* channel = find(place->name())) return bar(*channel, why_refused(failure), now);
    for (auto& channel : channels_) channel.doubted();
}

void Conversation::hear_join(const IrcMessage& join, TimePoint now) {
    auto* channel = find(join.parameter(0));
    if (!channel || channel->is_joined()) return;
    channel->joined(now);
    send_paced(irc_line({"MODE", channel->name()}), now);  // +m and +c are not told otherwise
    log::info("irc.joined", {{"bridge", bridge_}, {"channel", channel->name()}});
}

// Our own messages are where a server shows how long the prefix is that it puts before our lines: at first the JOIN.
void Conversation::learn_prefix(const IrcMessage& ours) {
    const auto shown = ours.source.substr(ours.nick().size());
    if (shown.starts_with('!') && shown.find('@') != std::string_view::npos) user_and_host_ = shown;
}

void Conversation::hear_removal(std::string_view name, std::string why, TimePoint now) {
    auto* channel = find(name);
    if (!channel || !channel->is_joined()) return;
    log::warn("irc.removed", {{"bridge", bridge_}, {"channel", channel->name()}, {"why", why}});
    channel->removed(std::move(why), now);
}

void Conversation::hear_refusal(const IrcMessage& refusal, TimePoint now) {
    auto* channel = find(refusal.parameter(1));
    if (!channel) return;
    if (is_about_colors(refusal)) {
        if (channel->colors_refused()) log::info("irc.no_colors", {{"bridge", bridge_}, {"channel", channel->name()}});
        return;
    }
    if (refusal.numeric == numeric::not_on_channel) return hear_removal(channel->name(), "not in the channel", now);
    bar(*channel, why_refused(refusal), now);
}

void Conversation::bar(Channel& channel, std::string why, TimePoint now) {
    const bool is_news = channel.hindrance() != why;
    const bool was_joined = channel.is_joined();
    if (was_joined)
        channel.silenced(why, now);
    else
        channel.refused(why, now);
    // Each line of a burst is refused by itself; attempts to come in are few, and each is told.
    if (!is_news && was_joined) return;
    log::warn("irc.channel_barred",
              {{"bridge", bridge_},
               {"channel", channel.name()},
               {"why", why},
               {"again_in", fmt::format("{}s", std::chrono::ceil<std::chrono::seconds>(channel.due() - now).count())}});
}

void Conversation::hear_mode(const IrcMessage& mode) {
    auto* channel = find(mode.parameter(0));
    if (!channel) return;
    const bool was_barred = channel->is_barred();
    channel->modes_changed(features_, nick_ + user_and_host_, std::span(mode.parameters).subspan(1));
    if (channel->is_barred() && !was_barred)
        log::warn("irc.channel_barred",
                  {{"bridge", bridge_}, {"channel", channel->name()}, {"why", channel->hindrance()}});
}

void Conversation::hear_names(const IrcMessage& names) {
    auto* channel = find(names.parameter(2));
    if (!channel) return;
    std::string_view rest = names.last();
    while (!rest.empty()) {
        auto name = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        std::string modes;
        for (; !name.empty() && features_.member_mode(name.front()); name.remove_prefix(1))
            modes += features_.member_mode(name.front());
        if (is_ours(name.substr(0, name.find('!')))) channel->our_modes_are(std::move(modes));
    }
}

void Conversation::hear_host(const IrcMessage& change) {
    if (!is_ours(change.parameter(0))) return;
    const auto shown = change.parameter(1);  // a host, on some networks with the user before it
    if (shown.find('@') != std::string_view::npos)
        user_and_host_ = "!" + std::string(shown);
    else
        user_and_host_ = user_and_host_.substr(0, user_and_host_.find('@')) + "@" + std::string(shown);
}

void Conversation::hear_nick(const IrcMessage& change) {
    if (!is_irc_word(change.parameter(0))) return;
    nick_ = change.parameter(0);
    log::info("irc.nick", {{"bridge", bridge_}, {"nick", nick_}});
}

}  // namespace fedmsgbot
