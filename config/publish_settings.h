#pragma once

#include <filesystem>

#include "bot/core/result.h"
#include "bot/publish/publisher_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// What [publish] says, for the command and whoever publishes: the defaults where it is absent. Mistakes go to the
// table's problems.
PublisherSettings read_publish_settings(Table& root);

// The same of a file of which nothing else is looked at.
Result<PublisherSettings> read_publish_file(const std::filesystem::path& file);

}  // namespace fedmsgbot
