#include "bridges/timeline/page.h"

#include <fmt/format.h>

#include "bridges/timeline/html.h"
#include "bridges/timeline/style.h"

namespace fedmsgbot {

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
<link rel="alternate" type="application/atom+xml" title="{title}" href="{feed}">
{canonical}{more}</head>
<body class="{kind}">
<header>
<p class="name"><a href="{home}">{title}</a></p>
<nav aria-label="Other views"><a href="{root}topics">Topics</a> <a class="feed" href="{feed}">Atom feed</a></nav>
</header>
<main>
{content}</main>
<footer><p>Served by fedmsgbot. All times are UTC.</p></footer>
</body>
</html>
)html",
        fmt::arg("heading", escape(frame.heading)), fmt::arg("root", frame.root), fmt::arg("style", style_version()),
        fmt::arg("title", escape(frame.title)),
        fmt::arg("feed", frame.root + "feed.atom" + (frame.query.empty() ? "" : "?" + escape(frame.query))),
        fmt::arg("canonical", canonical), fmt::arg("more", frame.head), fmt::arg("kind", frame.body_class),
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
