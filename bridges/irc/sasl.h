#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridges/irc/irc_settings.h"
#include "bridges/irc/message.h"
#include "bridges/irc/scram.h"

namespace fedmsgbot {

// One login to the network's accounts by SASL: PLAIN, EXTERNAL (the client certificate) or SCRAM-SHA-256. Pure: it is
// told what the server says and tells what to answer. The settings must outlive it.
class Sasl {
public:
    using Lines = std::vector<std::string>;
    enum class State { under_way, done, failed };

    explicit Sasl(const IrcSettings& settings) : settings_(settings) {}

    // As AUTHENTICATE and the capability name it: `SCRAM-SHA-256`.
    static std::string_view mechanism(SaslMethod method);

    Lines begin();
    // AUTHENTICATE and the numerics from 900 on; others are passed over.
    Lines hear(const IrcMessage& message);
    // The answer does not come: tell the server that we no longer wait.
    Lines give_up(std::string why);

    State state() const { return state_; }
    const std::string& why() const { return why_; }  // it failed

private:
    Lines respond(std::string_view challenge);
    Lines respond_scram(std::string_view challenge);
    void fail(std::string why);

    const IrcSettings& settings_;
    State state_ = State::under_way;
    std::string why_;
    std::string challenge_;  // its pieces so far
    int step_ = 0;
    std::optional<Scram> scram_;
    bool is_proven_ = false;
};

}  // namespace fedmsgbot
