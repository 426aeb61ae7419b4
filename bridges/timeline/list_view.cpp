#include "bridges/timeline/list_view.h"

#include <fmt/format.h>

#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/filter_view.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/live_script.h"
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

// A part a day. Each is a feed of its own, since a feed may hold articles only and no headings.
std::string days(const TimelineStore::Entries& entries, const FilterLinks& links) {
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
        out += entry_row(entry, ++place, links);
    }
    if (!day.empty()) out += "</div></section>\n";
    return out;
}

// Where the pages on both sides begin.
std::optional<std::int64_t> newer_from(const ListPage& page) {
    if (page.stopped_at && page.goes_forward) return page.stopped_at;
    if (!page.has_newer || page.entries.empty()) return {};
    return page.entries.front().id;
}

std::optional<std::int64_t> older_from(const ListPage& page) {
    if (page.stopped_at && !page.goes_forward) return page.stopped_at;
    if (!page.has_older || page.entries.empty()) return {};
    return page.entries.back().id;
}

// `label` tells the two of them on a page apart.
std::string ways(const ListPage& page, std::string_view label) {
    const auto address = [query = page.filter.query()](const std::string& more) {
        const auto whole = joined_queries(query, more);
        return whole.empty() ? std::string("./") : "./?" + escape(whole);
    };
    std::string out = fmt::format("<nav class=\"ways\" aria-label=\"{}\">", label);
    if (!page.is_front) out += fmt::format("<a class=\"first\" href=\"{}\">Newest</a>", address(""));
    if (const auto place = newer_from(page))
        out += fmt::format("<a rel=\"prev\" href=\"{}\">Newer</a>", address(fmt::format("after={}", *place)));
    if (const auto place = older_from(page))
        out += fmt::format("<a rel=\"next\" href=\"{}\">{}</a>", address(fmt::format("before={}", *place)),
                           page.stopped_at ? "Search on in older ones" : "Older");
    return out + "</nav>\n";
}

std::string_view emptiness(const ListPage& page) {
    if (page.stopped_at)
        return "<div class=\"note\"><h1>Nothing found so far</h1>\n<p>This search looks through very many messages. "
               "None "
               "of those it came to fits; there may be some behind them: search on.</p></div>\n";
    if (page.is_front && !page.filter.is_empty())
        return "<div class=\"note\"><h1>Nothing found</h1>\n<p>No message that is kept here fits these filters. Remove "
               "one of them, or look at <a href=\"topics\">what there can be</a>.</p></div>\n";
    return page.is_front
               ? "<div class=\"note\"><h1>Nothing here yet</h1>\n<p>The first message will stand here as soon "
                 "as the bus brings one. Load the page again in a while.</p></div>\n"
               : "<div class=\"note\"><h1>Nothing here</h1>\n<p>There are no messages on this side of the "
                 "page you came from.</p></div>\n";
}

std::string heading(const TimelineSettings& settings, const ListPage& page) {
    std::string out;
    if (!page.is_front) out = "Older messages · ";
    if (!page.filter.is_empty()) out += filter_name(page.filter) + " · ";
    return out + settings.title;
}

// Shown by the script only: without it there is nothing to pause.
std::string live_bar(const ListPage& page) {
    const auto last = page.entries.empty() ? 0 : page.entries.front().id;
    return fmt::format(
        "<div id=\"live\" data-events=\"events?{}\" hidden><span class=\"state\">Connecting</span> "
        "<button type=\"button\" class=\"pause\" aria-pressed=\"false\">Pause</button> "
        "<button type=\"button\" class=\"help\" aria-expanded=\"false\" aria-controls=\"keys\">Keys</button>"
        "<span aria-live=\"polite\"><button type=\"button\" class=\"fresh\" hidden></button></span></div>\n"
        "<p id=\"keys\" class=\"m\" hidden><kbd>j</kbd> <kbd>k</kbd> next, previous · <kbd>o</kbd> open · "
        "<kbd>Enter</kbd> "
        "the message’s own page · <kbd>t</kbd> newest · <kbd>p</kbd> pause · <kbd>/</kbd> search · <kbd>?</kbd> this · "
        "<label><input type=\"checkbox\"> use these keys</label></p>\n",
        escape(joined_queries(page.filter.query(), fmt::format("since={}", last))));
}

}  // namespace

std::string entry_row(const TimelineEntry& entry, std::size_t place, const FilterLinks& links) {
    const auto& line = entry.line;
    const auto host = host_of(line.link);
    return fmt::format(
        "<article id=\"m{id}\" aria-posinset=\"{place}\" aria-setsize=\"-1\" aria-labelledby=\"t{id}\">{badge}"
        "<p class=\"s\" id=\"t{id}\" dir=\"auto\">{sentence}</p>"
        "<a class=\"w\" href=\"m/{id}\">{time}</a>"
        "<p class=\"m\">{title}{chips}{host}</p></article>\n",
        fmt::arg("id", entry.id), fmt::arg("place", place), fmt::arg("badge", badge(line.service, links)),
        fmt::arg("sentence", sentence(entry)),
        fmt::arg("time", time_element(entry.accepted_at, clock_time(entry.accepted_at))),
        fmt::arg("title", topic_link(entry, shorten(line.title, most_title), links)),
        fmt::arg("chips", chips(line, most_chips, links)),
        fmt::arg("host", host.empty() ? host : fmt::format("<span class=\"o\">{}</span>", host)));
}

std::string list_view(const TimelineSettings& settings, const ListPage& page) {
    PageFrame frame;
    frame.title = settings.title;
    frame.heading = heading(settings, page);
    frame.body_class = "list";
    frame.query = page.filter.query();
    if (page.is_front) {
        frame.canonical = settings.public_url + "/" + (frame.query.empty() ? "" : "?" + frame.query);
        frame.head = std::string("<noscript><meta http-equiv=\"refresh\" content=\"300\"></noscript>\n") +
                     fmt::format("<script src=\"live.js?{}\" defer></script>\n", live_script_version());
    }
    const FilterLinks links{"", page.filter};
    std::string content = fmt::format("<h1 class=\"unseen\">{}</h1>\n", escape(frame.heading));
    content += filter_form(page.filter);
    if (page.is_front) content += live_bar(page);
    content += filter_chips(page.filter);
    if (!page.is_indexed && !page.filter.terms().empty())
        content += "<p class=\"m\">Older messages are still being indexed: not all are found yet.</p>\n";
    if (!page.is_front) content += ways(page, "Other pages");
    content += page.entries.empty() ? std::string(emptiness(page)) : days(page.entries, links);
    return whole_page(frame, content + ways(page, "Further pages"));
}

}  // namespace fedmsgbot
