#include "bridges/timeline/rss_feed.h"

#include <algorithm>

#include <fmt/format.h>

#include "bridges/timeline/html.h"
#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

std::string item(const TimelineSettings& settings, const TimelineEntry& entry) {
    const auto& line = entry.line;
    std::string out = fmt::format(
        "<item>\n<guid "
        "isPermaLink=\"false\">{}</guid>\n<title>{}</title>\n<link>{}/m/{}</link>\n<pubDate>{}</pubDate>\n",
        permanent_id(entry.message_id), escape(shorten(line.text, most_feed_title)), escape(settings.public_url),
        entry.id, http_time(entry.accepted_at));
    // RSS's own author is an e-mail address, which we neither have nor would show.
    out += fmt::format("<dc:creator>{}</dc:creator>\n<category>{}</category>\n",
                       escape(line.agent.empty() ? settings.title : line.agent), escape(line.service));
    for (std::size_t i = 0; i < std::min(line.packages.size(), most_feed_tags); ++i)
        out += fmt::format("<category domain=\"urn:fedmsgbot:package\">{}</category>\n", escape(line.packages[i]));
    return out + fmt::format("<description>{}</description>\n</item>\n", escape(feed_content(entry)));
}

std::string link(std::string_view relation, const std::string& address) {
    if (address.empty()) return {};
    return fmt::format("<atom:link rel=\"{}\" type=\"application/rss+xml\" href=\"{}\"/>\n", relation, escape(address));
}

}  // namespace

std::string rss_feed(const TimelineSettings& settings, const FeedPage& page) {
    constexpr std::string_view file = "feed.rss";
    std::string out =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n";
    const auto title = escape(page.title(settings));
    out += fmt::format("<title>{}</title>\n<link>{}</link>\n<description>{}</description>\n<language>en</language>\n",
                       title, escape(page.page_address(settings)), title);
    out +=
        fmt::format("<lastBuildDate>{}</lastBuildDate>\n<generator>fedmsgbot</generator>\n", http_time(page.updated()));
    out += link("self", page.self(settings, file)) + link("first", page.first(settings, file)) +
           link("next", page.next(settings, file));
    for (const auto& entry : page.entries) out += item(settings, entry);
    return out + "</channel>\n</rss>\n";
}

}  // namespace fedmsgbot
