#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "tests/support/scripted_ircd.h"

namespace fedmsgbot::testing {

// What the server knows of an account.
struct SaslAccount {
    std::string name;
    std::string password;
};

// The server's side of CAP and SASL PLAIN or SCRAM-SHA-256, computed from the RFCs and not from the bot's code. Lets
// the client in, or refuses the login with 904.
boost::asio::awaitable<void> welcome_with_sasl(ScriptedIrcd::Client& client, SaslAccount account);

}  // namespace fedmsgbot::testing
