#include "bridges/irc/roster.h"

#include <algorithm>

#include "bot/core/text.h"
#include "bridges/irc/conversation.h"
#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_nick = 64;
constexpr std::string_view joiner = "\u200d";

// What a client takes for a part of a word.
bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_nick_byte(char c) {
    return is_word_byte(c) || std::string_view("-_[]\\`^{}|").find(c) != std::string_view::npos;
}

}  // namespace

void Roster::forget() {
    features_ = {};
    channels_.clear();
}

void Roster::hear(const IrcMessage& message, Conversation& conversation, TimePoint) {
    if (message.numeric == numeric::features) {
        features_.learn(message);
        return;
    }
    if (message.numeric == numeric::names) return hear_names(message);
    const auto& command = message.command;
    const auto nick = message.nick();
    if (command == "JOIN") {
        if (conversation.is_ours(nick)) {
            if (channels_.size() < most_channels) channels_[features_.folded(message.parameter(0))].clear();
        } else {
            add(message.parameter(0), nick);
        }
    } else if (command == "PART" || command == "KICK") {
        const auto gone = command == "KICK" ? message.parameter(1) : nick;
        if (conversation.is_ours(gone))
            channels_.erase(features_.folded(message.parameter(0)));
        else
            remove(message.parameter(0), gone);
    } else if (command == "QUIT") {
        rename(nick, {});
    } else if (command == "NICK") {
        rename(nick, message.parameter(0));
    }
}

void Roster::hear_names(const IrcMessage& names) {
    std::string_view rest = names.last();
    while (!rest.empty()) {
        auto name = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        while (!name.empty() && features_.member_mode(name.front())) name.remove_prefix(1);
        add(names.parameter(2), name.substr(0, name.find('!')));
    }
}

void Roster::add(std::string_view channel, std::string_view nick) {
    const auto found = channels_.find(features_.folded(channel));
    if (found == channels_.end() || nick.empty()) return;
    if (nick.size() > max_nick || found->second.size() >= most_members)
        ++overlooked_;
    else
        found->second.insert(features_.folded(nick));
}

void Roster::remove(std::string_view channel, std::string_view nick) {
    const auto found = channels_.find(features_.folded(channel));
    if (found != channels_.end()) found->second.erase(features_.folded(nick));
}

void Roster::rename(std::string_view before, std::string_view after) {
    const auto old = features_.folded(before);
    for (auto& [channel, members] : channels_)
        if (members.erase(old) > 0 && !after.empty() && after.size() <= max_nick)
            members.insert(features_.folded(after));
}

const Roster::Members* Roster::find(std::string_view channel) const {
    const auto found = channels_.find(features_.folded(channel));
    return found == channels_.end() ? nullptr : &found->second;
}

std::size_t Roster::members(std::string_view channel) const {
    const auto* found = find(channel);
    return found ? found->size() : 0;
}

std::string Roster::with_broken_nicks(std::string_view text, std::string_view channel) const {
    const auto* members = find(channel);
    if (!members || members->empty()) return std::string(text);
    const auto folded = features_.folded(text);
    const auto names_somebody = [&](std::size_t at) {
        std::size_t end = at;
        while (end < folded.size() && end - at < max_nick && is_nick_byte(folded[end])) {
            ++end;
            const bool is_end = end == folded.size() || !is_word_byte(text[end]);
            if (is_end && members->contains(folded.substr(at, end - at))) return true;
        }
        return false;
    };
    std::string broken;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = std::max<std::size_t>(utf8_sequence(text.substr(at)), 1);
        const bool is_start = is_nick_byte(text[at]) && (at == 0 || !is_word_byte(text[at - 1]));
        broken += text.substr(at, length);
        if (is_start && names_somebody(at)) broken += joiner;
        at += length;
    }
    return broken;
}

}  // namespace fedmsgbot
