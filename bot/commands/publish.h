#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "bot/commands/broker_options.h"

namespace fedmsgbot {

// What is absent is the configuration's, or else its default.
struct PublishOptions {
    std::optional<std::filesystem::path> configuration;
    std::optional<std::string> message;  // else standard input
    bool is_json = false;                // the message, or all of standard input, is one JSON value
    std::string topic = "log";
    std::string modname = "logger";
    std::optional<std::string> topic_prefix, environment, username, relay, bind, wait;
    std::optional<std::string> amqp;  // a broker of fedora-messaging in place of relay and bind
    std::string exchange = "amq.topic";
    BrokerOptions broker;
    std::optional<std::filesystem::path> cert_file, key_file;
};

// `fedmsgbot publish`: fedmsg-logger's three forms. Each line of standard input becomes {"log": line}, as it comes; or
// all of it is one JSON value; or the message is given on the command line.
// A line that is no text is told and passed over; the first that cannot be sent ends it: no later one could be.
// Exit status: 0 when everything was sent; 1 when something was not, with its line; 2 when configuration, certificate
// or options are wrong, and nothing was sent.
int publish_command(const PublishOptions& options);

}  // namespace fedmsgbot
