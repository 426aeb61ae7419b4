#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "bridges/irc/companion.h"
#include "bridges/irc/server_features.h"

namespace fedmsgbot {

// Who is in our channels, by what the server tells: NAMES, JOIN, PART, KICK, QUIT, NICK. Bounded: of a channel so full,
// or so many of them, that there is no more room, the rest is not remembered. One connection, one thread.
class Roster : public Companion {
public:
    static constexpr std::size_t most_channels = 500;
    static constexpr std::size_t most_members = 5000;  // of one channel

    void hear(const IrcMessage& message, Conversation& conversation, TimePoint now) override;
    TimePoint tick(Conversation&, TimePoint) override { return TimePoint::max(); }
    void forget() override;

    // The text with each name of somebody in this channel broken by a zero-width joiner behind its first letter, which
    // nobody sees and no client takes for its user's nick. Names count where clients look for them: with no letter or
    // digit before or behind.
    std::string with_broken_nicks(std::string_view text, std::string_view channel) const;

    std::size_t members(std::string_view channel) const;
    std::size_t overlooked() const { return overlooked_; }  // for which there was no room

private:
    using Members = std::unordered_set<std::string>;  // folded

    const Members* find(std::string_view channel) const;
    void add(std::string_view channel, std::string_view nick);
    void remove(std::string_view channel, std::string_view nick);
    void rename(std::string_view before, std::string_view after);
    void hear_names(const IrcMessage& names);

    ServerFeatures features_;
    std::unordered_map<std::string, Members> channels_;  // folded
    std::size_t overlooked_ = 0;
};

}  // namespace fedmsgbot
