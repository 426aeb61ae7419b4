#include "bot/core/version.h"

namespace fedmsgbot {

const char* const version = FEDMSGBOT_VERSION;

}  // namespace fedmsgbot
