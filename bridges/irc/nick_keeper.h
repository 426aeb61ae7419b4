#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "bridges/irc/irc_settings.h"
#include "bridges/irc/message.h"
#include "bridges/irc/server_features.h"

namespace fedmsgbot {

// Gets the wanted nick back when the server let us in under another: mostly our own ghost has it, which the server
// drops in time. It is asked for when it is free, since a try that fails costs more than to look: MONITOR tells it
// where the server has that, else ISON is asked slowly; services may end the ghost. Pure: the caller passes the time.
// One connection; settings and features must outlive it.
class NickKeeper {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Lines = std::vector<std::string>;

    NickKeeper(const IrcSettings& settings, const ServerFeatures& features)
        : settings_(settings), features_(features) {}

    // The server has let us in: from here on we look.
    void begin(TimePoint now, bool is_logged_in);
    // Any message: somebody may have left the nick free.
    void hear(const IrcMessage& message, TimePoint now);
    // What to send now, as our nick is `nick`.
    Lines tick(TimePoint now, std::string_view nick);
    TimePoint due() const { return due_; }

private:
    void free_now(TimePoint now);
    bool is_wanted(std::string_view nick) const { return features_.same(nick, settings_.nick); }
    std::string to_services() const;

    const IrcSettings& settings_;
    const ServerFeatures& features_;
    TimePoint next_try_{};
    TimePoint due_ = TimePoint::max();
    bool is_begun_ = false;
    bool is_logged_in_ = false;
    bool has_asked_services_ = false;
    bool is_monitored_ = false;
    bool is_free_ = false;
};

}  // namespace fedmsgbot
