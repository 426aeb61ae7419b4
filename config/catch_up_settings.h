#pragma once

#include "bot/archive/catch_up_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// What [source.NAME] says of catching up, for the kinds that can miss something. Mistakes go to the table's problems.
CatchUpSettings read_catch_up_settings(Table& source);

}  // namespace fedmsgbot
