#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// What all pages have in common. Addresses inside the pages are relative, so that they also work where a proxy serves
// the timeline below a path of its own; `root` is the way from a page up to the front page.
struct PageFrame {
    std::string root;       // "" or "../"
    std::string title;      // the timeline's; not escaped
    std::string heading;    // of the tab: "title" of HTML; not escaped
    std::string canonical;  // absolute; empty where the page is none of its own
    std::string query;      // of the view; its feeds have the same
    std::string head;       // more for <head>; HTML
    std::string_view body_class;
};

// The whole document around `content`, which is HTML.
std::string whole_page(const PageFrame& frame, std::string_view content);

// A page that says what is wrong and how to go on.
std::string error_page(const std::string& root, const std::string& title, std::string_view heading,
                       std::string_view explanation);

}  // namespace fedmsgbot
