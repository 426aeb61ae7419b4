#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridges/irc/irc_settings.h"
#include "bridges/irc/server_features.h"

namespace fedmsgbot {

// What we know of one channel and when we try again to be in it. Pure: the caller passes the time. It lives longer than
// a connection, so that a channel that kicks us after each reconnection is still approached ever more slowly.
class Channel {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // The timings must outlive it.
    Channel(std::string name, const IrcTimings& timings) : name_(std::move(name)), timings_(&timings) {}

    const std::string& name() const { return name_; }

    // What happened.
    void disconnected();
    void asked_to_join(TimePoint now);
    void joined(TimePoint now);
    void removed(std::string why, TimePoint now);   // kicked, or made to part
    void refused(std::string why, TimePoint now);   // by the answer to a JOIN
    void silenced(std::string why, TimePoint now);  // by the answer to what we said
    void doubted() { ++disturbances_; }             // something that we said may be lost
    void passed_on();                               // one of our lines, after it refused one: that was about the one
    // `prefix` is ours, `nick!user@host`, as far as it is known.
    void modes_are(const ServerFeatures& features, std::string_view prefix, std::span<const std::string_view> change);
    void modes_changed(const ServerFeatures& features, std::string_view prefix,
                       std::span<const std::string_view> change);
    void our_modes_are(std::string modes);
    // By the answer to what we said, colours are not wanted, whatever the modes say. False when that was known.
    bool colors_refused();
    // An operator wants silence until then; not longer than until the program ends.
    void hold_back(TimePoint until) { held_until_ = until; }

    // What follows.
    void tick(TimePoint now);
    bool wants_join(TimePoint now) const;
    TimePoint due() const;  // when tick() or wants_join() may have something to do; may be in the past

    bool is_joined() const { return state_ == State::joined; }
    bool is_ready() const { return is_open() && hindrance_.empty(); }
    // We are in, and no mode or ban that we know of keeps us silent; a line may have been refused all the same.
    bool is_open() const { return is_joined() && !is_muted(); }
    // It refuses us or what we say: an error state, for status and for outcomes, that only time or people mend.
    bool is_barred() const { return state_ == State::barred || (is_joined() && !is_ready()); }
    bool strips_colors() const { return refuses_colors_ || modes_.find_first_of(color_modes_) != std::string::npos; }
    TimePoint held_until() const { return held_until_; }  // in the past: nobody wants silence
    // Why nothing can be said there now; empty when something can.
    std::string hindrance() const;
    // The same, but empty while we are only on our way.
    std::string trouble() const { return is_joined() || !hindrance_.empty() ? hindrance() : std::string{}; }
    // Rises with each event that may have cost a line on its way to the channel.
    std::uint64_t disturbances() const { return disturbances_; }

private:
    enum class State { absent, joining, joined, barred };

    bool has_mode(char mode) const { return modes_.find(mode) != std::string::npos; }
    bool is_banned() const { return !bans_.empty() && exceptions_.empty(); }
    bool is_muted() const { return (has_mode('m') || is_banned()) && our_modes_.empty(); }
    void forget_modes();

    std::string name_;
    const IrcTimings* timings_;
    State state_ = State::absent;
    TimePoint due_{};
    TimePoint joined_at_{};
    std::string hindrance_;
    int refusals_ = 0;
    int removals_ = 0;
    std::uint64_t disturbances_ = 0;
    TimePoint held_until_{};
    std::string color_modes_ = "c";
    bool refuses_colors_ = false;
    std::string modes_;      // those without argument
    std::string our_modes_;  // voice, op
    // The masks of +b, +q and +e that take us, as far as they were set while we were here: who is banned may stay, but
    // not speak, and of a NOTICE that is dropped for it many servers say nothing.
    std::vector<std::string> bans_;
    std::vector<std::string> exceptions_;
};

// `least`, doubled for each earlier time, at most `most`.
std::chrono::milliseconds grown(std::chrono::milliseconds least, std::chrono::milliseconds most, int times);

}  // namespace fedmsgbot
