#include "bridges/timeline/atom_feed.h"

#include <algorithm>

#include <fmt/format.h>

#include "bridges/timeline/html.h"
#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_title = 600;
constexpr std::size_t most_long_form = 4096;
constexpr std::size_t most_packages = 20;

// HTML that goes, escaped once more, into the feed: readers take the outer escaping off and show the rest.
std::string content_of(const TimelineEntry& entry) {
    const auto& line = entry.line;
    const auto link = safe_link(line.link);
    std::string out = fmt::format("<p dir=\"auto\">{}</p>", escape(line.text));
    if (!link.empty()) out += fmt::format("<p><a href=\"{0}\">{0}</a></p>", link);
    if (!line.long_form.empty()) out += fmt::format("<pre>{}</pre>", escape(shorten(line.long_form, most_long_form)));
    return out;
}

std::string categories(const Line& line) {
    std::string out = fmt::format("<category term=\"{}\"/>\n", escape(line.service));
    for (std::size_t i = 0; i < std::min(line.packages.size(), most_packages); ++i)
        out += fmt::format("<category scheme=\"urn:fedmsgbot:package\" term=\"{}\"/>\n", escape(line.packages[i]));
    return out;
}

std::string entry_element(const TimelineSettings& settings, const TimelineEntry& entry) {
    const auto& line = entry.line;
    const auto link = safe_link(line.link);
    std::string out = "<entry>\n";
    out += fmt::format("<id>{}</id>\n", permanent_id(entry.message_id));
    out += fmt::format("<title type=\"text\">{}</title>\n", escape(shorten(line.text, most_title)));
    out += fmt::format("<updated>{}</updated>\n", iso_time(entry.accepted_at));
    out += fmt::format("<author><name>{}</name></author>\n", escape(line.agent.empty() ? settings.title : line.agent));
    out += fmt::format("<link rel=\"alternate\" type=\"text/html\" href=\"{}/m/{}\"/>\n", escape(settings.public_url),
                       entry.id);
    if (!link.empty()) out += fmt::format("<link rel=\"related\" href=\"{}\"/>\n", link);
    out += categories(line);
    out += fmt::format("<content type=\"html\">{}</content>\n", escape(content_of(entry)));
    return out + "</entry>\n";
}

std::string feed_links(const TimelineSettings& settings, const FeedPage& page) {
    const auto base = escape(settings.public_url);
    const auto feed = base + "/feed.atom";
    const auto self = page.before ? fmt::format("{}?before={}", feed, *page.before) : feed;
    std::string out = fmt::format("<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n", self);
    out += fmt::format("<link rel=\"alternate\" type=\"text/html\" href=\"{}/\"/>\n", base);
    out += fmt::format("<link rel=\"first\" href=\"{}\"/>\n", feed);
    if (page.has_older && !page.entries.empty())
        out += fmt::format("<link rel=\"next\" href=\"{}?before={}\"/>\n", feed, page.entries.back().id);
    return out;
}

}  // namespace

std::string atom_feed(const TimelineSettings& settings, const FeedPage& page) {
    const auto updated = page.entries.empty() ? page.created_at : page.entries.front().accepted_at;
    std::string out =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n";
    out += fmt::format("<id>{}</id>\n<title type=\"text\">{}</title>\n<updated>{}</updated>\n", page.feed_id,
                       escape(settings.title), iso_time(updated));
    out += fmt::format("<author><name>{}</name></author>\n<generator>fedmsgbot</generator>\n", escape(settings.title));
    out += feed_links(settings, page);
    for (const auto& entry : page.entries) out += entry_element(settings, entry);
    return out + "</feed>\n";
}

}  // namespace fedmsgbot
