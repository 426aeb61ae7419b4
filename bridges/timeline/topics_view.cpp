#include "bridges/timeline/topics_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/page.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_wanted = 200;
constexpr std::size_t most_name = 40;

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// For links within the page; services may have any name.
std::string anchor_of(std::string_view service) {
    std::string out = "s-";
    for (const char c : service) out += is_plain(c) ? c : '-';
    return out;
}

// The place of a name that a shape has at its beginning: `<title>`; 0 where it has none. Angle brackets of the
// sentence itself mostly hold something else.
std::size_t name_length(std::string_view shape) {
    const auto end = shape.find('>');
    if (!shape.starts_with('<') || end == std::string_view::npos || end < 2 || end > most_name) return 0;
    const auto name = shape.substr(1, end - 1);
    return std::all_of(name.begin(), name.end(), [](char c) { return is_plain(c) || c == ' '; }) ? end + 1 : 0;
}

// With the names set off, so that the words are read first.
std::string shape_html(std::string_view shape) {
    std::string out;
    while (!shape.empty()) {
        const auto length = name_length(shape);
        if (length > 0) out += fmt::format("<var>{}</var>", escape(shape.substr(1, length - 2)));
        shape.remove_prefix(length);
        const auto next = std::min(shape.find('<', length > 0 ? 0 : 1), shape.size());
        out += escape(shape.substr(0, next));
        shape.remove_prefix(next);
    }
    return out;
}

std::string example_html(const TopicEntry& entry) {
    if (entry.example.empty()) return {};
    const auto link = safe_link(entry.link);
    const auto text = escape(entry.example);
    return fmt::format(
        "<p class=\"x\" dir=\"auto\">{}</p>",
        link.empty() ? text : fmt::format("<a href=\"{}\" rel=\"noopener nofollow ugc\">{}</a>", link, text));
}

std::string part(const TopicEntry& entry) {
    std::string topics;
    for (const auto& topic : entry.topics) topics += fmt::format("<code>{}</code> ", escape(topic));
    return fmt::format("<article><p class=\"t\">{}</p><p class=\"f\">{}</p>{}</article>\n", topics,
                       shape_html(entry.shape), example_html(entry));
}

std::string form(std::string_view wanted) {
    return fmt::format(
        "<form action=\"topics\" role=\"search\"><label for=\"pattern\">A service, a topic, or words</label>"
        "<input id=\"pattern\" name=\"pattern\" type=\"search\" value=\"{}\" maxlength=\"{}\" "
        "placeholder=\"bodhi.update.*\" autocapitalize=\"none\" autocomplete=\"off\" spellcheck=\"false\">"
        "<button>Search</button></form>\n",
        escape(wanted), most_wanted);
}

std::string contents(const std::vector<ServiceTopics>& services) {
    std::string out = "<nav class=\"services\" aria-label=\"Services\">";
    for (const auto& service : services)
        out += fmt::format("<a href=\"#{}\"><bdi>{}</bdi> <small>{}</small></a> ", anchor_of(service.service),
                           escape(service.service), service.entries.size());
    return out + "</nav>\n";
}

std::string parts(const std::vector<ServiceTopics>& services) {
    std::string out;
    for (const auto& service : services) {
        out += fmt::format("<section><h2 id=\"{}\">{}<bdi>{}</bdi></h2>\n", anchor_of(service.service),
                           badge(service.service), escape(service.service));
        for (const auto* entry : service.entries) out += part(*entry);
        out += "</section>\n";
    }
    return out;
}

std::string nothing(std::string_view wanted) {
    return fmt::format(
        "<div class=\"note\"><h2>Nothing like that</h2>\n<p>No rule has a service, a topic or a sentence like "
        "“<bdi>{}</bdi>”.</p>\n<p><a href=\"topics\">All topics</a></p></div>\n",
        escape(wanted));
}

}  // namespace

std::string topics_view(const TimelineSettings& settings, const TopicEntries& entries, std::string_view asked) {
    const auto wanted = clean_line(asked, most_wanted);
    const auto found = find_topics(entries, wanted);
    const auto services = by_service(found);
    PageFrame frame;
    frame.title = settings.title;
    frame.heading = fmt::format("Topics · {}", settings.title);
    frame.body_class = "topics";
    if (wanted.empty()) frame.canonical = settings.public_url + "/topics";
    std::string content =
        "<h1>Topics</h1>\n<p class=\"lead\">What becomes of which message: topics, the shape of the sentence, an "
        "example. In a shape, <var>name</var> is what the message says, {a|b} is one of several, [a] may be "
        "missing.</p>\n";
    content += form(wanted);
    if (found.empty()) return whole_page(frame, content + nothing(wanted));
    if (wanted.empty())
        content += fmt::format("<p class=\"m\">{} sentences, {} services</p>\n", found.size(), services.size());
    else
        content += fmt::format("<p class=\"m\">{} of {} sentences · <a href=\"topics\">all topics</a></p>\n",
                               found.size(), entries.size());
    if (services.size() > 1) content += contents(services);
    return whole_page(frame, content + parts(services));
}

}  // namespace fedmsgbot
