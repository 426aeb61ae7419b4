#include "bridges/timeline/page.h"

#include <array>

#include <fmt/format.h>

#include "bridges/timeline/html.h"
#include "bridges/timeline/style.h"

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

}  // namespace

std::string whole_page(const PageFrame& frame, std::string_view content) {
    const auto canonical = frame.canonical.empty()
                               ? std::string()
                               : fmt::format("<link rel=\"canonical\" href=\"{}\">\n", escape(frame.canonical));
    return fmt::format(
        R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{heading}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
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
<footer><p>Served by fedmsgbot. All times are UTC.</p></footer>
</body>
</html>
)html",
        fmt::arg("heading", escape(frame.heading)), fmt::arg("root", frame.root), fmt::arg("style", style_version()),
        fmt::arg("title", escape(frame.title)), fmt::arg("feeds", feeds(frame)),
        fmt::arg("feed_links", feed_links(frame)), fmt::arg("canonical", canonical), fmt::arg("more", frame.head),
        fmt::arg("kind", frame.body_class), fmt::arg("home", frame.root.empty() ? "./" : frame.root),
        fmt::arg("content", content));
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
