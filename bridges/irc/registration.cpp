#include "bridges/irc/registration.h"

#include <fmt/format.h>

#include "bot/core/log.h"
#include "bot/core/text.h"
#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_underscores = 5;

}  // namespace

Registration::Lines Registration::begin() {
    nick_ = settings_.nick;
    Lines lines;
    if (!settings_.password.empty()) lines.push_back(irc_line({"PASS", settings_.password}));
    lines.push_back(irc_line({"NICK", nick_}));
    lines.push_back(irc_line({"USER", settings_.username, "0", "*", settings_.realname}));
    return lines;
}

Registration::Lines Registration::hear(const IrcMessage& message) {
    switch (message.numeric) {
        case numeric::welcome:
            // The server may have cut the nick; it knows best what we are called.
            if (is_irc_word(message.parameter(0))) nick_ = message.parameter(0);
            is_done_ = true;
            return {};
        case numeric::wrong_password:
            failure_.emplace(Ending::Kind::refused, "the server refuses the password");
            return {};
        case numeric::banned_from_server:
            failure_.emplace(Ending::Kind::refused, "banned from the server: " + clean_line(message.last(), 300));
            return {};
        case numeric::erroneous_nick:
        case numeric::nick_in_use:
        case numeric::nick_collision:
        case numeric::unavailable:
            return try_next_nick(message);
        default:
            return {};
    }
}

Registration::Lines Registration::try_next_nick(const IrcMessage& refusal) {
    log::warn("irc.nick_refused",
              {{"server", settings_.server}, {"nick", nick_}, {"why", clean_line(refusal.last(), 300)}});
    const auto& alternates = settings_.alternates;
    const auto attempt = attempts_++;
    if (attempt < alternates.size()) {
        nick_ = alternates[attempt];
    } else if (attempt < alternates.size() + max_underscores) {
        nick_ = settings_.nick + std::string(attempt - alternates.size() + 1, '_');
    } else {
        failure_.emplace(Ending::Kind::lost, "no nick that we may use is free");
        return {};
    }
    return {irc_line({"NICK", nick_})};
}

}  // namespace fedmsgbot
