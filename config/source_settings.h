#pragma once

#include <filesystem>

#include "bot/amqp/amqp_settings.h"
#include "bot/source/zmq_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// What [source.NAME] says, for each kind. Sources do not know the configuration; so it knows their settings.
// Mistakes go to the table's problems.
AmqpSettings read_amqp_settings(Table& source);           // kind = "amqp"
ZmqSettings read_zmq_settings(Table& source);             // kind = "zmq"
std::filesystem::path read_file_settings(Table& source);  // kind = "file": its path

}  // namespace fedmsgbot
