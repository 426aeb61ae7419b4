#include "bridges/timeline/atom_feed.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

std::string categories(const Line& line) {
    std::string out = fmt::format("<category term=\"{}\"/>\n", escape(line.service));
    for (std::size_t i = 0; i < std::min(line.packages.size(), most_feed_tags); ++i)
        out += fmt::format("<category scheme=\"urn:fedmsgbot:package\" term=\"{}\"/>\n", escape(line.packages[i]));
    return out;
}

std::string entry_element(const TimelineSettings& settings, const TimelineEntry& entry) {
    const auto& line = entry.line;
    const auto link = safe_link(line.link).empty() ? std::string() : escape(feed_link(clean_link(line.link)));
    std::string out = "<entry>\n";
    out += fmt::format("<id>{}</id>\n", permanent_id(entry.message_id));
    out += fmt::format("<title type=\"text\">{}</title>\n", escape(shorten(line.text, most_feed_title)));
    out += fmt::format("<updated>{}</updated>\n", iso_time(entry.accepted_at));
    out += fmt::format("<author><name>{}</name></author>\n", escape(line.agent.empty() ? settings.title : line.agent));
    out += fmt::format("<link rel=\"alternate\" type=\"text/html\" href=\"{}/m/{}\"/>\n", escape(settings.public_url),
                       entry.id);
    if (!link.empty()) out += fmt::format("<link rel=\"related\" href=\"{}\"/>\n", link);
    out += categories(line);
    out += fmt::format("<content type=\"html\">{}</content>\n", escape(feed_content(entry)));
    return out + "</entry>\n";
}

std::string link(std::string_view relation, const std::string& address) {
    if (address.empty()) return {};
    return fmt::format("<link rel=\"{}\" type=\"application/atom+xml\" href=\"{}\"/>\n", relation, escape(address));
}

}  // namespace

std::string atom_feed(const TimelineSettings& settings, const FeedPage& page) {
    return atom_feed(settings, page, "feed.atom");
}

std::string atom_feed(const TimelineSettings& settings, const FeedPage& page, std::string_view file) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n";
    out += fmt::format("<id>{}</id>\n<title type=\"text\">{}</title>\n<updated>{}</updated>\n", page.id(),
                       escape(page.title(settings)), iso_time(page.updated()));
    out += fmt::format("<author><name>{}</name></author>\n<generator>fedmsgbot</generator>\n", escape(settings.title));
    out +=
        fmt::format("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", escape(page.page_address(settings)));
    out += link("self", page.self(settings, file)) + link("first", page.first(settings, file)) +
           link("next", page.next(settings, file));
    for (const auto& entry : page.entries) out += entry_element(settings, entry);
    return out + "</feed>\n";
}

}  // namespace fedmsgbot
