#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bridges/irc/message.h"

namespace fedmsgbot {

// What a server offers beyond the old protocol, as its CAP lines tell (version 302: several lines, values, and news
// while we are connected). Bounded, whatever the server claims.
class Capabilities {
public:
    // The line that asks for the list; servers from before capabilities ignore it or complain.
    static constexpr std::string_view ask = "CAP LS 302";

    // LS, NEW and DEL change what is offered; ACK what is in use. True when an answer to what we asked is now complete:
    // the list, or the verdict on a request.
    bool hear(const IrcMessage& message);

    bool is_listed() const { return is_listed_; }  // the list is complete
    bool is_offered(const std::string& name) const { return offered_.contains(name); }
    bool is_used(const std::string& name) const { return used_.contains(name); }
    // Is this name in the line's list?
    static bool is_about(const IrcMessage& message, std::string_view name);
    // Of `sasl=PLAIN,EXTERNAL`, `PLAIN,EXTERNAL`; empty where the server gave none.
    std::string value(const std::string& name) const;

private:
    using Names = std::map<std::string, std::string>;

    static void each(std::string_view list, Names& names, bool add);

    bool is_listed_ = false;
    Names offered_;
    Names used_;
};

}  // namespace fedmsgbot
