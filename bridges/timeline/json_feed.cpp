#include "bridges/timeline/json_feed.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bot/core/text.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

using Json = nlohmann::ordered_json;

Json item(const TimelineSettings& settings, const TimelineEntry& entry) {
    const auto& line = entry.line;
    Json out = {{"id", permanent_id(entry.message_id)},
                {"url", fmt::format("{}/m/{}", settings.public_url, entry.id)},
                {"title", shorten(line.text, most_feed_title)},
                {"content_html", feed_content(entry)},
                {"date_published", iso_time(entry.accepted_at)}};
    if (const auto mark = mark_of(line); !mark.empty()) out["_trust"] = mark;
    const auto link = clean_link(line.link);
    if (is_web_link(link)) out["external_url"] = feed_link(link);
    if (!line.agent.empty()) out["authors"] = Json::array({Json{{"name", line.agent}}});
    out["tags"] = Json::array({line.service});
    for (std::size_t i = 0; i < std::min(line.packages.size(), most_feed_tags); ++i)
        out["tags"].push_back(line.packages[i]);
    return out;
}

}  // namespace

std::string json_feed(const TimelineSettings& settings, const FeedPage& page) {
    constexpr std::string_view file = "feed.json";
    Json out = {{"version", "https://jsonfeed.org/version/1.1"},
                {"title", page.title(settings)},
                {"home_page_url", page.page_address(settings)},
                {"feed_url", page.self(settings, file)},
                {"language", "en"}};
    if (const auto next = page.next(settings, file); !next.empty()) out["next_url"] = next;
    out["items"] = Json::array();
    for (const auto& entry : page.entries) out["items"].push_back(item(settings, entry));
    return out.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace fedmsgbot
