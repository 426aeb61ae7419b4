#include "bridges/timeline/feed_page.h"

#include <fmt/format.h>

#include "bridges/timeline/filter_view.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/permanent_id.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_long_form = 4096;

std::string address(const TimelineSettings& settings, std::string_view file, const std::string& query) {
    return fmt::format("{}/{}{}{}", settings.public_url, file, query.empty() ? "" : "?", query);
}

}  // namespace

std::string FeedPage::id() const {
    const auto query = filter.query();
    return query.empty() ? feed_id : permanent_id(feed_id + '?' + query);
}

SystemTime FeedPage::updated() const { return entries.empty() ? created_at : entries.front().accepted_at; }

std::string FeedPage::title(const TimelineSettings& settings) const {
    const auto name = filter_name(filter);
    return name.empty() ? settings.title : name + " · " + settings.title;
}

std::string FeedPage::page_address(const TimelineSettings& settings) const {
    return address(settings, "", filter.query());
}

std::string FeedPage::self(const TimelineSettings& settings, std::string_view file) const {
    return address(settings, file,
                   joined_queries(filter.query(), before ? fmt::format("{}={}", place_name, *before) : ""));
}

std::string FeedPage::first(const TimelineSettings& settings, std::string_view file) const {
    return address(settings, file, filter.query());
}

std::string FeedPage::next(const TimelineSettings& settings, std::string_view file) const {
    const bool is_last = !stopped_at && (!has_older || entries.empty());
    if (is_last) return {};
    const auto place = stopped_at ? *stopped_at : entries.back().id;
    return address(settings, file, joined_queries(filter.query(), fmt::format("{}={}", place_name, place)));
}

std::string sentence_content(const TimelineEntry& entry) {
    const auto link = safe_link(entry.line.link);
    std::string out = fmt::format("<p dir=\"auto\">{}</p>", escape(entry.line.text));
    if (!link.empty()) out += fmt::format("<p><a href=\"{0}\">{0}</a></p>", link);
    return out;
}

std::string feed_link(std::string_view link) {
    constexpr std::string_view strange = " \"<>\\^`{|}";
    const auto host_end = link.find_first_of("/?#", link.find("//") + 2);
    const auto is_digit = [link](std::size_t at) {
        return at < link.size() && std::string_view("0123456789abcdefABCDEF").find(link[at]) != std::string_view::npos;
    };
    std::string out;
    for (std::size_t i = 0; i < link.size(); ++i) {
        const bool is_broken = link[i] == '%' && !(is_digit(i + 1) && is_digit(i + 2));
        const bool is_bracket = i > host_end && (link[i] == '[' || link[i] == ']');  // those of a host stay
        if (is_broken || is_bracket || strange.find(link[i]) != std::string_view::npos)
            out += fmt::format("%{:02X}", static_cast<unsigned char>(link[i]));
        else
            out += link[i];
    }
    return out;
}

std::string feed_content(const TimelineEntry& entry) {
    const auto& line = entry.line;
    auto out = sentence_content(entry);
    if (!line.long_form.empty()) out += fmt::format("<pre>{}</pre>", escape(shorten(line.long_form, most_long_form)));
    return out;
}

}  // namespace fedmsgbot
