#pragma once

#include <filesystem>
#include <string>

#include "bot/amqp/amqp_settings.h"
#include "bot/core/problem.h"

namespace fedmsgbot {

// Reads fedora-messaging's own configuration file (version 3.6) into our settings, with its defaults and its rule that
// an unknown key is a mistake. What it says to publishers and to Python goes to `settings.ignored`. `queue` chooses one
// where it has several; empty: its only one. Its passwords may stand in its URL: no problem repeats that.
Problems read_fedora_messaging(const std::filesystem::path& file, const std::string& queue, AmqpSettings& settings);

}  // namespace fedmsgbot
