#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bridges/irc/ending.h"
#include "bridges/irc/irc_settings.h"
#include "bridges/irc/message.h"

namespace fedmsgbot {

// The part of a conversation up to 001: password, nick, user, and another nick when one is taken. Pure: it is told
// what the server says and tells what to answer. Capabilities and SASL belong here. The settings must outlive it.
class Registration {
public:
    using Lines = std::vector<std::string>;

    explicit Registration(const IrcSettings& settings) : settings_(settings) {}

    Lines begin();
    Lines hear(const IrcMessage& message);

    bool is_done() const { return is_done_; }
    const std::optional<Ending>& failure() const { return failure_; }
    const std::string& nick() const { return nick_; }  // what the server calls us, once done

private:
    Lines try_next_nick(const IrcMessage& refusal);

    const IrcSettings& settings_;
    bool is_done_ = false;
    std::optional<Ending> failure_;
    std::string nick_;
    std::size_t attempts_ = 0;
};

}  // namespace fedmsgbot
