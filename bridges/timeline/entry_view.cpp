#include "bridges/timeline/entry_view.h"

#include <vector>

#include <fmt/format.h>

#include "bot/core/mark.h"
#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/page.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_raw = 262144;

std::string field(std::string_view name, const std::string& html) {
    return html.empty() ? html : fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, html);
}

std::string words(const std::vector<std::string>& list) {
    std::string out;
    for (const auto& word : list) out += fmt::format("<span class=\"c\"><bdi>{}</bdi></span> ", escape(word));
    return out;
}

std::string linked(const std::vector<std::string>& list, FilterField field, const FilterLinks& links) {
    std::string out;
    for (const auto& word : list) out += filter_chip(links, field, word, "") + ' ';
    return out;
}

std::string isolated(std::string_view text) {
    return text.empty() ? std::string() : fmt::format("<bdi>{}</bdi>", escape(text));
}

std::string anchor(const std::string& link) {
    const auto safe = safe_link(link);
    // An address that may not be followed is still worth reading.
    if (safe.empty()) return isolated(link);
    return fmt::format("<a href=\"{0}\" rel=\"noopener nofollow ugc\"><bdi>{0}</bdi></a>", safe);
}

std::string fields(const TimelineEntry& entry, const FilterLinks& links) {
    const auto& line = entry.line;
    const bool is_dated = entry.sent_at.time_since_epoch().count() > 0;
    return "<dl>\n" + field("Link", anchor(line.link)) + field("Topic", topic_link(entry, entry.topic, links)) +
           field("Received", time_element(entry.accepted_at, full_time(entry.accepted_at))) +
           field("Sent", is_dated ? time_element(entry.sent_at, full_time(entry.sent_at)) : std::string()) +
           field("Done by", isolated(line.agent)) + field("Users", linked(line.usernames, FilterField::user, links)) +
           field("Packages", linked(line.packages, FilterField::package, links)) +
           field("Objects", words(line.objects)) + field("Icon", anchor(line.icon)) +
           field("Second icon", anchor(line.secondary_icon)) +
           field("Service", linked({line.service}, FilterField::category, links)) + field("Rule", isolated(line.rule)) +
           field("Message id", isolated(entry.message_id)) + "</dl>\n";
}

std::string raw_part(const TimelineEntry& entry, std::string_view raw) {
    std::string note = raw.size() > most_raw ? "Only the beginning is shown here. " : "";
    if (!mark_of(entry.line).empty()) note += "Nothing proves who wrote it: do not believe what it says. ";
    return fmt::format(
        "<section class=\"raw\"><h2>The message itself</h2>\n<p class=\"m\">{}<a href=\"../raw/{}\">As JSON</a></p>\n"
        "<pre tabindex=\"0\" aria-label=\"The message itself\" dir=\"ltr\">{}</pre></section>\n",
        note, entry.id, escape(pretty_json(raw, most_raw)));
}

std::string ways(const TimelineEntry& entry, const Neighbours& neighbours) {
    std::string out = "<nav class=\"ways\" aria-label=\"Neighbours\">";
    out += fmt::format("<a class=\"first\" href=\"../?before={}#m{}\">In the timeline</a> ", entry.id + 1, entry.id);
    if (neighbours.newer) out += fmt::format("<a rel=\"prev\" href=\"{}\">Newer</a> ", *neighbours.newer);
    if (neighbours.older) out += fmt::format("<a rel=\"next\" href=\"{}\">Older</a>", *neighbours.older);
    return out + "</nav>\n";
}

// What a microblog or a chat shows of a link to this page.
std::string open_graph(const TimelineSettings& settings, const TimelineEntry& entry, const std::string& address) {
    const auto property = [](std::string_view name, std::string_view value) {
        return fmt::format("<meta property=\"og:{}\" content=\"{}\">\n", name, escape(value));
    };
    return property("type", "article") + property("site_name", settings.title) + property("title", entry.line.title) +
           property("description", shorten(entry.line.text, 400)) + property("url", address);
}

}  // namespace

std::string entry_view(const TimelineSettings& settings, const TimelineEntry& entry, std::string_view raw,
                       const Neighbours& neighbours) {
    const auto& line = entry.line;
    PageFrame frame;
    frame.root = "../";
    frame.title = settings.title;
    frame.heading = fmt::format("{} · {}", shorten(line.text, 80), settings.title);
    frame.canonical = fmt::format("{}/m/{}", settings.public_url, entry.id);
    frame.head = open_graph(settings, entry, frame.canonical);
    frame.body_class = "one";
    std::string content = ways(entry, neighbours);
    content += fmt::format("<article>\n<p class=\"m\">{} <bdi class=\"t\">{}</bdi></p>\n<h1 dir=\"auto\">{}</h1>\n",
                           badge(line.service), escape(line.title), escape(line.text));
    if (!line.long_form.empty())
        content += fmt::format("<pre class=\"long\" dir=\"auto\" tabindex=\"0\">{}</pre>\n", escape(line.long_form));
    const TimelineFilter everything;
    content += fields(entry, FilterLinks{frame.root, everything}) + "</article>\n" + raw_part(entry, raw);
    return whole_page(frame, content);
}

}  // namespace fedmsgbot
