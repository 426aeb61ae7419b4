#pragma once

#include <string_view>

#include "bot/archive/catch_up_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// `https://host/path` or `http://host/path`, without user, password and question.
bool is_archive_address(std::string_view text);

// What [source.NAME] says of catching up, for the kinds that can miss something. Mistakes go to the table's problems.
CatchUpSettings read_catch_up_settings(Table& source);

}  // namespace fedmsgbot
