#include "bridges/timeline/page.h"

#include <array>

#include <fmt/format.h>

#include "bridges/timeline/html.h"
#include "bridges/timeline/style.h"
#include "bridges/timeline/theme_script.h"

namespace fedmsgbot {

namespace {

struct Format {
    std::string_view file;
    std::string_view type;
    std::string_view name;
};

constexpr std::array<Format, 3> formats = {{{"feed.atom", "application/atom+xml", "Atom"},
                                            {"feed.rss", "application/rss+xml", "RSS"},
                                            {"feed.json", "application/feed+json", "JSON"}}};

std::string feed_address(const PageFrame& frame, const Format& format) {
    return fmt::format("{}{}{}{}", frame.root, format.file, frame.query.empty() ? "" : "?", escape(frame.query));
}

// The search engines' way is the front page and the entries' own: a view for each word there is would be without end.
std::string canonical_or_none(const PageFrame& frame) {
    if (frame.canonical.empty()) return "<meta name=\"robots\" content=\"noindex\">\n";
    return fmt::format("<link rel=\"canonical\" href=\"{}\">\n", escape(frame.canonical));
}

// For feed readers that are given the page's address.
std::string feeds(const PageFrame& frame) {
    std::string out;
    for (const auto& format : formats)
        out += fmt::format("<link rel=\"alternate\" type=\"{}\" title=\"{} ({})\" href=\"{}\">\n", format.type,
                           escape(frame.title), format.name, feed_address(frame, format));
    return out;
}

std::string feed_links(const PageFrame& frame) {
    std::string out;
    for (const auto& format : formats)
        out += fmt::format("<a href=\"{}\" title=\"This view as a feed: {}\">{}</a> ", feed_address(frame, format),
                           format.name, format.name);
    return out;
}

// For programs; people have the page, which listens itself.
std::string event_link(const PageFrame& frame) {
    return fmt::format("<a href=\"{}events{}{}\">This view as server-sent events</a>. ", frame.root,
                       frame.query.empty() ? "" : "?", escape(frame.query));
}

}  // namespace

std::string whole_page(const PageFrame& frame, std::string_view content) {
    return fmt::format(
        R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{heading}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<script src="{root}theme.js?{theme}"></script>
<link rel="stylesheet" href="{root}style.css?{style}">
<link rel="icon" type="image/svg+xml" href="{root}icon.svg">
{feeds}{canonical}{more}</head>
<body class="{kind}">
<header>
<p class="name"><a href="{home}">{title}</a></p>
<nav aria-label="Other views"><a href="{root}topics">Topics</a> <a href="{root}stats">Numbers</a> <span class="feed">{feed_links}</span></nav>
</header>
<main>
{content}</main>
<footer><p>All times are UTC. {events}Served by fedmsgbot.</p></footer>
</body>
</html>
)html",
        fmt::arg("heading", escape(frame.heading)), fmt::arg("root", frame.root), fmt::arg("style", style_version()),
        fmt::arg("theme", theme_script_version()), fmt::arg("title", escape(frame.title)),
        fmt::arg("feeds", feeds(frame)), fmt::arg("feed_links", feed_links(frame)),
        fmt::arg("events", event_link(frame)), fmt::arg("canonical", canonical_or_none(frame)),
        fmt::arg("more", frame.head), fmt::arg("kind", frame.body_class),
        fmt::arg("home", frame.root.empty() ? "./" : frame.root), fmt::arg("content", content));
}

std::string error_page(const std::string& root, const std::string& title, std::string_view heading,
                       std::string_view explanation) {
    PageFrame frame;
    frame.root = root;
    frame.title = title;
    frame.heading = fmt::format("{} · {}", heading, title);
    frame.body_class = "error";
    return whole_page(frame, fmt::format("<div class=\"note\">\n<h1>{}</h1>\n<p>{}</p>\n"
                                         "<p><a href=\"{}\">To the newest messages</a></p>\n</div>\n",
                                         escape(heading), escape(explanation), root.empty() ? "./" : root));
}

}  // namespace fedmsgbot
