#include "bridges/timeline/row_view.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "bot/core/topic.h"
#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_sentence = 600;  // the whole of it is on the entry's own page
constexpr std::size_t most_title = 80;
constexpr std::size_t most_chips = 4;
constexpr std::size_t most_folded = 5;  // of a burst that are told one by one
constexpr std::size_t most_folded_sentence = 100;

std::string sentence(const TimelineEntry& entry) {
    auto text = escape(shorten(entry.line.text, most_sentence));
    const auto link = safe_link(entry.line.link);
    if (link.empty()) return text;
    return fmt::format("<a href=\"{}\" rel=\"noopener nofollow ugc\">{}</a>", link, text);
}

std::string duration(SystemTime::duration time) {
    const auto seconds = std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(time).count(), 0);
    if (seconds == 0) return "at once";
    if (seconds == 1) return "in 1 second";
    return seconds < 120 ? fmt::format("in {} seconds", seconds) : fmt::format("in {} minutes", seconds / 60);
}

// All of a burst, and whatever else is like it below: the same view, narrowed and not folded.
std::string all_of_it(const TimelineEntry& entry, const FilterLinks& links) {
    const auto topic = topic_title(entry.topic);
    if (!TopicPattern::parse(topic)) return {};
    auto narrowed = links.filter.with({FilterField::topic, false, std::string(topic)});
    const auto& people = entry.line.usernames;
    const auto user = burst_user(entry);
    if (std::find(people.begin(), people.end(), user) != people.end())
        narrowed = narrowed.with({FilterField::user, false, user});
    return fmt::format(
        "<p><a href=\"{}\">All of them</a></p>",
        FilterLinks{links.root, links.filter}.to(narrowed.query(), fmt::format("before={}", entry.id + 1)));
}

std::string others(const ListRow& row, const FilterLinks& links) {
    if (row.rest.empty()) return {};
    std::string items;
    for (std::size_t i = 0; i < std::min(row.rest.size(), most_folded); ++i) {
        const auto& entry = row.rest[i];
        items += fmt::format("<li><a href=\"m/{}\">{}</a> <span dir=\"auto\">{}</span></li>", entry.id,
                             time_element(entry.accepted_at, iso_time(entry.accepted_at).substr(11, 8)),
                             escape(shorten(entry.line.text, most_folded_sentence)));
    }
    const bool is_all = row.rest.size() <= most_folded && !row.goes_on;
    return fmt::format("<details class=\"n\"><summary><b>{}{}</b> messages {}</summary><ol>{}</ol>{}</details>",
                       row.rest.size() + 1, row.goes_on ? "+" : "",
                       duration(row.entry.accepted_at - row.rest.back().accepted_at), items,
                       is_all ? std::string() : all_of_it(row.entry, links));
}

}  // namespace

// The order is that of text browsers, which show letters and time in one line; blanks stand between what style sheets
// set apart.
std::string row_view(const ListRow& row, std::size_t place, const FilterLinks& links) {
    const auto& entry = row.entry;
    const auto& line = entry.line;
    const auto host = host_of(line.link);
    return fmt::format(
        "<article id=\"m{id}\" aria-posinset=\"{place}\" aria-setsize=\"-1\" aria-labelledby=\"t{id}\">{badge} "
        "<a class=\"w\" href=\"m/{id}\">{time}</a><p class=\"s\" id=\"t{id}\" dir=\"auto\">{sentence}</p>"
        "<p class=\"m\">{title}{chips}{host}</p>{others}</article>\n",
        fmt::arg("id", entry.id), fmt::arg("place", place), fmt::arg("badge", badge(line.service, links)),
        fmt::arg("sentence", sentence(entry)),
        fmt::arg("time", time_element(entry.accepted_at, clock_time(entry.accepted_at))),
        fmt::arg("title", topic_link(entry, shorten(line.title, most_title), links)),
        fmt::arg("chips", chips(line, most_chips, links)),
        fmt::arg("host", host.empty() ? host : fmt::format(" <span class=\"o\">{}</span>", host)),
        fmt::arg("others", others(row, links)));
}

}  // namespace fedmsgbot
