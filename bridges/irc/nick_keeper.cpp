#include "bridges/irc/nick_keeper.h"

#include <algorithm>
#include <utility>

#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

// Is it one of a list with `separator`? MONITOR's entries are nicks or whole prefixes.
template <class Same>
bool holds(std::string_view list, char separator, Same same) {
    while (!list.empty()) {
        const auto word = list.substr(0, list.find(separator));
        list.remove_prefix(std::min(word.size() + 1, list.size()));
        if (same(word.substr(0, word.find('!')))) return true;
    }
    return false;
}

}  // namespace

void NickKeeper::begin(TimePoint now, bool is_logged_in) {
    is_begun_ = true;
    is_logged_in_ = is_logged_in;
    // Not before the server has told what it offers, and services have us logged in.
    due_ = now + std::min(settings_.timings.regain_services, settings_.timings.regain_nick);
}

void NickKeeper::free_now(TimePoint now) {
    if (!is_begun_) return;
    is_free_ = true;
    // Services that do not let us have it are not fought with.
    due_ = std::max(now, next_try_);
}

void NickKeeper::hear(const IrcMessage& message, TimePoint now) {
    const auto same = [this](std::string_view nick) { return is_wanted(nick); };
    switch (message.numeric) {
        case numeric::is_on:
            if (!holds(message.last(), ' ', same)) free_now(now);
            return;
        case numeric::monitor_offline:
            if (holds(message.last(), ',', same)) free_now(now);
            return;
        case numeric::monitor_online:
            if (holds(message.last(), ',', same)) is_free_ = false;
            return;
        default:
            if ((message.command == "QUIT" || message.command == "NICK") && is_wanted(message.nick())) free_now(now);
            // It may be ours that changed, by the will of services.
            if (message.command == "NICK" && is_begun_ && due_ == TimePoint::max()) due_ = std::max(now, next_try_);
    }
}

NickKeeper::Lines NickKeeper::tick(TimePoint now, std::string_view nick) {
    if (!is_begun_ || now < due_) return {};
    Lines lines;
    if (is_wanted(nick)) {
        due_ = TimePoint::max();
        if (std::exchange(is_monitored_, false)) lines.push_back(irc_line({"MONITOR", "-", settings_.nick}));
        return lines;
    }
    due_ = now + settings_.timings.regain_nick;
    if (!has_asked_services_ && settings_.regain != RegainBy::waiting) {
        has_asked_services_ = true;
        // What services do takes a moment, and GHOST leaves the nick to be asked for.
        due_ = now + std::min(settings_.timings.regain_services, settings_.timings.regain_nick);
        lines.push_back(irc_line({"PRIVMSG", settings_.nickserv, to_services()}));
        return lines;
    }
    if (is_free_) {
        is_free_ = is_monitored_;  // MONITOR tells when that has changed; ISON has to be asked again
        next_try_ = due_;
        lines.push_back(irc_line({"NICK", settings_.nick}));
    } else if (!features_.has_monitor()) {
        lines.push_back(irc_line({"ISON", settings_.nick}));
    } else if (!std::exchange(is_monitored_, true)) {
        lines.push_back(irc_line({"MONITOR", "+", settings_.nick}));
    }
    return lines;
}

std::string NickKeeper::to_services() const {
    auto text = (settings_.regain == RegainBy::ghost ? "GHOST " : "REGAIN ") + settings_.nick;
    return is_logged_in_ ? text : text + " " + settings_.account_password;
}

}  // namespace fedmsgbot
