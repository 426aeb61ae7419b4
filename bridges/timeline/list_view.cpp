#include "bridges/timeline/list_view.h"

#include <fmt/format.h>

#include "bridges/timeline/filter_view.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/live_script.h"
#include "bridges/timeline/page.h"
#include "bridges/timeline/row_view.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

// A part a day. Each is a feed of its own, since a feed may hold articles only and no headings.
std::string days(const std::vector<ListRow>& rows, const FilterLinks& links) {
    std::string out, day;
    std::size_t place = 0;
    for (const auto& row : rows) {
        const auto name = day_name(row.entry.accepted_at);
        if (name != day) {
            if (!day.empty()) out += "</div></section>\n";
            day = name;
            out += fmt::format(
                "<section><h2 id=\"d{0}\">{1}</h2>\n<div role=\"feed\" aria-busy=\"false\" aria-labelledby=\"d{0}\">\n",
                row.entry.id, day);
        }
        out += row_view(row, ++place, links);
    }
    if (!day.empty()) out += "</div></section>\n";
    return out;
}

// `label` tells the two of them on a page apart.
std::string ways(const ListPage& page, const FilterLinks& links, std::string_view label) {
    const auto address = [&](const std::string& more) { return links.to(page.filter.query(), more); };
    std::string out = fmt::format("<nav class=\"ways\" aria-label=\"{}\">", label);
    if (!page.is_front) out += fmt::format("<a class=\"first\" href=\"{}\">Newest</a> ", address(""));
    if (page.newer)
        out += fmt::format("<a rel=\"prev\" href=\"{}\">Newer</a> ", address(fmt::format("after={}", *page.newer)));
    if (page.older)
        out += fmt::format("<a rel=\"next\" href=\"{}\">{}</a> ", address(fmt::format("before={}", *page.older)),
                           page.is_stopped ? "Search on in older ones" : "Older");
    return out + "</nav>\n";
}

std::string emptiness(const ListPage& page) {
    if (page.is_stopped)
        return "<div class=\"note\"><h1>Nothing found so far</h1>\n<p>This search looks through very many messages. "
               "None of those it came to fits; there may be some behind them: search on.</p></div>\n";
    if (page.is_front && !page.filter.is_empty())
        return fmt::format(
            "<div class=\"note\"><h1>No results for <bdi>{}</bdi></h1>\n<p>No message that is kept here fits. Remove "
            "one "
            "of the conditions above, or look at <a href=\"topics\">what there can be</a>.</p></div>\n",
            escape(filter_name(page.filter)));
    return page.is_front
               ? "<div class=\"note\"><h1>Nothing here yet</h1>\n<p>The first message will stand here as soon "
                 "as the bus brings one.</p></div>\n"
               : "<div class=\"note\"><h1>Nothing here</h1>\n<p>There are no messages on this side of the "
                 "page you came from.</p></div>\n";
}

std::string heading(const TimelineSettings& settings, const ListPage& page) {
    std::string out;
    if (!page.is_front) out = "Older messages · ";
    if (!page.filter.is_empty()) out += filter_name(page.filter) + " · ";
    return out + settings.title;
}

// The same view, at the same place, with bursts folded or not.
std::string fold_switch(const ListPage& page) {
    const FilterLinks other{"", page.filter, !page.is_folded};
    const auto place =
        page.is_front || page.rows.empty() ? "" : fmt::format("before={}", page.rows.front().entry.id + 1);
    return fmt::format("<a class=\"fold\" href=\"{}\" title=\"{}\">{}</a>", other.to(page.filter.query(), place),
                       page.is_folded ? "Show every message in a row of its own"
                                      : "Show what one person does under one topic within a minute in one row",
                       page.is_folded ? "Unfold bursts" : "Fold bursts");
}

// What the script fills: without it there is nothing to pause, and text browsers show hidden buttons all the same. It
// asks for what comes behind `data-last`. That is the newest row, so that the page stays the same while nothing of its
// comes; without a row it is the newest entry: from the beginning on, a search that found nothing in its time would
// find nothing again, which is told as a gap, and the page would load itself anew for ever.
std::string live_bar(const ListPage& page) {
    return fmt::format("<div id=\"live\" data-query=\"{}\" data-last=\"{}\" hidden></div>",
                       escape(joined_queries(page.filter.query(), page.is_folded ? folded_query : "")),
                       page.rows.empty() ? page.last_ever : page.rows.front().entry.id);
}

// A page that loads itself anew would move what is being read.
std::string hint(const FilterLinks& links) {
    return fmt::format(
        "<noscript><p class=\"m\">New messages are shown when this page is <a href=\"{}\">loaded "
        "again</a>.</p></noscript>\n",
        links.to(links.filter));
}

PageFrame frame_of(const TimelineSettings& settings, const ListPage& page) {
    PageFrame frame;
    frame.title = settings.title;
    frame.heading = heading(settings, page);
    frame.body_class = "list";
    frame.query = page.filter.query();
    if (!page.is_front) return frame;
    frame.canonical = settings.public_url + "/" + (frame.query.empty() ? "" : "?" + frame.query);
    frame.head = fmt::format("<script src=\"live.js?{}\" defer></script>\n", live_script_version());
    return frame;
}

}  // namespace

std::string list_view(const TimelineSettings& settings, const ListPage& page) {
    const auto frame = frame_of(settings, page);
    const FilterLinks links{"", page.filter, page.is_folded};
    std::string content = fmt::format("<h1 class=\"unseen\">{}</h1>\n", escape(frame.heading));
    content += filter_form(links);
    content += fmt::format("<div class=\"tools\">{}{}</div>\n", fold_switch(page), page.is_front ? live_bar(page) : "");
    content += filter_chips(links);
    if (page.is_front) content += hint(links);
    if (!page.is_indexed && !page.filter.terms().empty())
        content += "<p class=\"m\">Older messages are still being indexed: not all are found yet.</p>\n";
    if (!page.is_front) content += ways(page, links, "Other pages");
    content += page.rows.empty() ? emptiness(page) : days(page.rows, links);
    return whole_page(frame, content + ways(page, links, "Further pages"));
}

}  // namespace fedmsgbot
