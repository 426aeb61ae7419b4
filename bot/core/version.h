#pragma once

namespace fedmsgbot {

extern const char* const version;  // `0.1.0`

}  // namespace fedmsgbot
