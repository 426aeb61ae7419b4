#pragma once

#include "bot/amqp/amqp_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// What a table says of an AMQP broker, the same for a source and a bridge. Mistakes go to the table's problems.
void read_amqp_broker(Table& table, AmqpBroker& broker);  // where it is, and how to log in: `url` and its company
void read_amqp_times(Table& table, AmqpBroker& broker);   // `heartbeat`, `reconnect`, `reconnect_max`

}  // namespace fedmsgbot
