#pragma once

#include <string>
#include <string_view>

#include "bot/core/topic_entry.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// The page of what the rules know: a part a service, and a form to look for some of it. `asked` is what a reader
// looks for; empty: everything.
std::string topics_view(const TimelineSettings& settings, const TopicEntries& entries, std::string_view asked);

}  // namespace fedmsgbot
