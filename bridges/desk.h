#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/core/result.h"

namespace fedmsgbot {

// A secret, and the file that the configuration names for it. Whoever asked for it stores it, whole or not at all and
// for its owner's eyes only; it is never printed.
struct StoredSecret {
    std::filesystem::path file;
    std::string text;
};
using StoredSecrets = std::vector<StoredSecret>;

// What the account's owner has to do: open the address, say yes, and bring the code that the server shows then.
struct LoginRequest {
    std::string url;
    StoredSecrets keep{};             // to be stored before anybody is asked: what a server gives only once
    std::vector<std::string> said{};  // for the terminal, a line each
    Problems problems{};              // why there is no address, though there is something to keep
};

// What a look at the other side found; lines for the terminal, one each, without secrets.
struct OnlineReport {
    std::vector<std::string> facts;     // `account: @bus@social.example, marked as a bot`
    std::vector<std::string> advice;    // it works, and should be otherwise
    std::vector<std::string> failures;  // why posts would not arrive; empty: they would
};

// What an operator asks of one bridge from a terminal, while no daemon need be running: `fedmsgbot login` and
// `fedmsgbot check --online`. A kind implements it beside its Bridge. It makes requests and reads answers; it neither
// prints nor writes files. No call waits beyond `until`. One thread.
class Desk {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    virtual ~Desk() = default;

    // Whether the bridge could work now: reaches the server, logs in, asks what it allows. Posts nothing.
    virtual boost::asio::awaitable<OnlineReport> inspect(Deadline until) = 0;

    // Registers the program with the server, as far as it must, and asks for a login. Problems: why that is not
    // possible; first of all whether what the login gives could be kept, before anybody is sent to a browser for
    // nothing.
    virtual boost::asio::awaitable<Result<LoginRequest>> begin_login(Deadline until) = 0;

    // Turns the code into what the configuration's files must hold. May be called again after a problem: codes are
    // mistyped. Only after begin_login() has succeeded.
    virtual boost::asio::awaitable<Result<StoredSecrets>> finish_login(std::string code, Deadline until) = 0;
};

// Makes a desk of settings that were already read and found good.
using DeskMaker = std::function<std::unique_ptr<Desk>(boost::asio::any_io_executor executor)>;

}  // namespace fedmsgbot
