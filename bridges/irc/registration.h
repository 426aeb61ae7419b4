#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bridges/irc/capabilities.h"
#include "bridges/irc/ending.h"
#include "bridges/irc/irc_settings.h"
#include "bridges/irc/message.h"
#include "bridges/irc/sasl.h"
#include "bridges/irc/sts_policies.h"

namespace fedmsgbot {

// The part of a conversation up to 001: capabilities, password, SASL, nick, user, and another nick when one is taken;
// and what may change of these later: services that went away come back and offer SASL anew. Pure: it is told what the
// server says and what time it is, and tells what to answer. The settings must outlive it.
class Registration {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Lines = std::vector<std::string>;

    explicit Registration(const IrcSettings& settings) : settings_(settings) {}

    Lines begin();
    Lines hear(const IrcMessage& message, TimePoint now);
    // Gives up a login that takes too long, at due().
    Lines tick(TimePoint now);
    TimePoint due() const { return due_; }

    const Capabilities& capabilities() const { return capabilities_; }

    bool is_done() const { return is_done_; }
    bool is_logged_in() const { return sasl_ && sasl_->state() == Sasl::State::done; }
    const std::optional<Ending>& failure() const { return failure_; }
    // What the server demands of how it is connected to; nothing before it has listed its capabilities, or ever.
    const std::optional<StsOffer>& sts() const { return sts_; }
    const std::string& nick() const { return nick_; }  // what the server calls us, once done

private:
    Lines hear_capabilities(const IrcMessage& message, TimePoint now);
    Lines request_extras() const;
    Lines request_login(TimePoint now);
    Lines hear_sasl(const IrcMessage& message);
    Lines end_sasl();
    void fail_login(Ending::Kind kind, const std::string& why);
    Lines end_negotiation();
    Lines try_next_nick(const IrcMessage& refusal);

    const IrcSettings& settings_;
    Capabilities capabilities_;
    std::optional<Sasl> sasl_;
    bool is_negotiating_ = true;
    bool is_done_ = false;
    std::optional<StsOffer> sts_;
    TimePoint due_ = TimePoint::max();
    std::optional<Ending> failure_;
    std::string nick_;
    std::size_t attempts_ = 0;
};

}  // namespace fedmsgbot
