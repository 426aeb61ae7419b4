#pragma once

#include <nlohmann/json.hpp>

#include "bridges/timeline/mastodon_view.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// What the timeline is, as Mastodon's instances tell it of themselves in both versions of the question.
struct MastodonInstance {
    using Json = nlohmann::ordered_json;

    const TimelineSettings& settings;
    std::int64_t accounts = 0;
    std::int64_t messages = 0;
    Json contact;  // an account

    Json version_1() const;
    Json version_2() const;
};

}  // namespace fedmsgbot
