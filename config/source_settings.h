#pragma once

#include <filesystem>
#include <string_view>

#include "bot/amqp/amqp_settings.h"
#include "bot/source/zmq_settings.h"
#include "bot/trust/trust_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// `tcp://host:port` or `ipc:///path`: what a subscriber of ZeroMQ can connect to and people use.
bool is_zmq_endpoint(std::string_view text);

// What [source.NAME] says, for each kind. Sources do not know the configuration; so it knows their settings.
// Mistakes go to the table's problems.
AmqpSettings read_amqp_settings(Table& source);           // kind = "amqp"
ZmqSettings read_zmq_settings(Table& source);             // kind = "zmq"
std::filesystem::path read_file_settings(Table& source);  // kind = "file": its path

// Whose signatures count, for the kinds `zmq` and `file`; and for `amqp`, which knows nothing of it.
TrustSettings read_trust_settings(Table& source);
TrustSettings read_no_trust_settings(Table& source);
// "require", "mark" or "ignore" at `trust`; also of a route.
Demand read_demand(Table& table, std::string_view fallback);

}  // namespace fedmsgbot
