#include "bridges/timeline/list_view.h"

#include <fmt/format.h>

#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/page.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_sentence = 600;  // the whole of it is on the entry's own page
constexpr std::size_t most_title = 80;
constexpr std::size_t most_chips = 4;

std::string sentence(const TimelineEntry& entry) {
    auto text = escape(shorten(entry.line.text, most_sentence));
    const auto link = safe_link(entry.line.link);
    if (link.empty()) return text;
    return fmt::format("<a href=\"{}\" rel=\"noopener nofollow ugc\">{}</a>", link, text);
}

std::string row(const TimelineEntry& entry, std::size_t place) {
    const auto& line = entry.line;
    const auto host = host_of(line.link);
    return fmt::format(
        "<article id=\"m{id}\" aria-posinset=\"{place}\" aria-setsize=\"-1\" aria-labelledby=\"t{id}\">{badge}"
        "<p class=\"s\" id=\"t{id}\" dir=\"auto\">{sentence}</p>"
        "<a class=\"w\" href=\"m/{id}\">{time}</a>"
        "<p class=\"m\"><bdi class=\"t\">{title}</bdi>{chips}{host}</p></article>\n",
        fmt::arg("id", entry.id), fmt::arg("place", place), fmt::arg("badge", badge(line.service)),
        fmt::arg("sentence", sentence(entry)),
        fmt::arg("time", time_element(entry.accepted_at, clock_time(entry.accepted_at))),
        fmt::arg("title", escape(shorten(line.title, most_title))), fmt::arg("chips", chips(line, most_chips)),
        fmt::arg("host", host.empty() ? host : fmt::format("<span class=\"o\">{}</span>", host)));
}

// A part a day. Each is a feed of its own, since a feed may hold articles only and no headings.
std::string days(const TimelineStore::Entries& entries) {
    std::string out, day;
    std::size_t place = 0;
    for (const auto& entry : entries) {
        const auto name = day_name(entry.accepted_at);
        if (name != day) {
            if (!day.empty()) out += "</div></section>\n";
            day = name;
            out += fmt::format(
                "<section><h2 id=\"d{0}\">{1}</h2>\n<div role=\"feed\" aria-busy=\"false\" aria-labelledby=\"d{0}\">\n",
                entry.id, day);
        }
        out += row(entry, ++place);
    }
    if (!day.empty()) out += "</div></section>\n";
    return out;
}

// `label` tells the two of them on a page apart.
std::string ways(const ListPage& page, std::string_view label) {
    std::string out = fmt::format("<nav class=\"ways\" aria-label=\"{}\">", label);
    if (!page.is_front) out += "<a class=\"first\" href=\"./\">Newest</a>";
    if (page.has_newer && !page.entries.empty())
        out += fmt::format("<a rel=\"prev\" href=\"./?after={}\">Newer</a>", page.entries.front().id);
    if (page.has_older && !page.entries.empty())
        out += fmt::format("<a rel=\"next\" href=\"./?before={}\">Older</a>", page.entries.back().id);
    return out + "</nav>\n";
}

std::string_view emptiness(const ListPage& page) {
    return page.is_front
               ? "<div class=\"note\"><h1>Nothing here yet</h1>\n<p>The first message will stand here as soon "
                 "as the bus brings one. Load the page again in a while.</p></div>\n"
               : "<div class=\"note\"><h1>Nothing here</h1>\n<p>There are no messages on this side of the "
                 "page you came from.</p></div>\n";
}

}  // namespace

std::string list_view(const TimelineSettings& settings, const ListPage& page) {
    PageFrame frame;
    frame.title = settings.title;
    frame.heading = page.is_front ? settings.title : "Older messages · " + settings.title;
    frame.body_class = "list";
    if (page.is_front) {
        frame.canonical = settings.public_url + "/";
        frame.head = "<noscript><meta http-equiv=\"refresh\" content=\"300\"></noscript>\n";
    }
    std::string content = fmt::format("<h1 class=\"unseen\">{}</h1>\n", escape(frame.heading));
    if (!page.is_front) content += ways(page, "Other pages");
    content += page.entries.empty() ? std::string(emptiness(page)) : days(page.entries);
    return whole_page(frame, content + ways(page, "Further pages"));
}

}  // namespace fedmsgbot
