#include "bridges/microblog/html_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t longest_entity = 12;

void append_utf8(std::string& text, std::uint32_t point) {
    if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) point = 0xfffd;
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) return add(point);
    if (point < 0x800) {
        add(0xc0 | point >> 6);
    } else {
        if (point < 0x10000) {
            add(0xe0 | point >> 12);
        } else {
            add(0xf0 | point >> 18);
            add(0x80 | (point >> 12 & 0x3f));
        }
        add(0x80 | (point >> 6 & 0x3f));
    }
    add(0x80 | (point & 0x3f));
}

// `amp`, `#39`, `#x27` without their marks; false for one that is not known.
bool append_entity(std::string& text, std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> named{{{"amp", "&"},
                                                                                         {"lt", "<"},
                                                                                         {"gt", ">"},
                                                                                         {"quot", "\""},
                                                                                         {"apos", "'"},
                                                                                         {"nbsp", " "},
                                                                                         {"hellip", "…"},
                                                                                         {"shy", ""}}};
    for (const auto& [known, meaning] : named) {
        if (name != known) continue;
        text += meaning;
        return true;
    }
    if (name.size() < 2 || name[0] != '#') return false;
    const bool is_hexadecimal = name[1] == 'x' || name[1] == 'X';
    name.remove_prefix(is_hexadecimal ? 2 : 1);
    if (name.empty()) return false;
    std::uint32_t point = 0;
    for (const char c : name) {
        std::uint32_t digit = 16;
        if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
        if (is_hexadecimal && c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a' + 10);
        if (is_hexadecimal && c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A' + 10);
        if (digit == 16) return false;
        point = point > 0x10ffff ? point : point * (is_hexadecimal ? 16 : 10) + digit;
    }
    append_utf8(text, point);
    return true;
}

bool starts_tag(std::string_view rest) {
    if (rest.size() < 2) return false;
    const char c = rest[1];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '!';
}

// Tags after which a reader's eye moves: a blank must keep the words apart.
bool breaks_line(std::string_view tag) {
    for (const std::string_view name : {"<br", "</p", "<p", "</div", "</li", "</h", "<blockquote", "</blockquote"})
        if (tag.starts_with(name)) return true;
    return false;
}

std::uint32_t next_point(std::string_view& rest) {
    const auto lead = static_cast<unsigned char>(rest[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t point = length == 1 ? lead : lead & (0xff >> (length + 1));
    const std::size_t there = std::min(length, rest.size());
    for (std::size_t i = 1; i < there; ++i) point = point << 6 | (static_cast<unsigned char>(rest[i]) & 0x3f);
    rest.remove_prefix(there);
    return point;
}

// Letters and digits. Beyond ASCII roughly, by blocks: what is dropped are punctuation, symbols, emoji and marks that
// choose how a character looks.
bool is_essential(std::uint32_t point) {
    if (point < 0x80)
        return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
    if (point < 0xc0 || (point >= 0x2000 && point < 0x2c00) || (point >= 0x3000 && point < 0x3005)) return false;
    if ((point >= 0xfe00 && point < 0xfe70) || point == 0xfeff || point == 0xfffd) return false;
    return !(point >= 0x1f000 && point < 0x20000) && point < 0xe0000;
}

std::string essence(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const auto before = text;
        if (is_essential(next_point(text))) kept += before.substr(0, before.size() - text.size());
    }
    return kept;
}

// The address at the start of a text, without the punctuation that ends a sentence; empty where there is none.
std::string_view leading_address(std::string_view text) {
    if (!text.starts_with("http://") && !text.starts_with("https://")) return {};
    auto address = text.substr(0, text.find_first_of(" \n\t\"'<>"));
    while (!address.empty() && std::string_view(".,;:!?)").find(address.back()) != std::string_view::npos)
        address.remove_suffix(1);
    return address.ends_with("://") ? std::string_view{} : address;
}

}  // namespace

std::string html_to_text(std::string_view html) {
    std::string text;
    while (!html.empty()) {
        if (html[0] == '<' && starts_tag(html)) {
            const auto end = html.find('>');
            if (breaks_line(html) && !text.ends_with(' ')) text += ' ';
            html.remove_prefix(end == std::string_view::npos ? html.size() : end + 1);
            continue;
        }
        if (html[0] == '&') {
            const auto end = html.substr(0, longest_entity).find(';');
            if (end != std::string_view::npos && append_entity(text, html.substr(1, end - 1))) {
                html.remove_prefix(end + 1);
                continue;
            }
        }
        text += html[0];
        html.remove_prefix(1);
    }
    return clean_line(text, text.size() * 3 + 4);  // each invalid byte becomes three
}

bool reads_alike(std::string_view sent, std::string_view html) {
    const std::string shown = html_to_text(html);
    const std::string wanted = essence(sent);
    if (wanted.empty()) return clean_line(sent) == shown;
    const std::string seen = essence(shown);
    // A server that takes our `<b>` for a tag of its own (snac) shows it to nobody: then compare what both would show.
    return seen == wanted || seen == essence(html_to_text(sent));
}

std::string escape_html(std::string_view text) {
    std::string html;
    for (const char c : text) {
        if (c == '&')
            html += "&amp;";
        else if (c == '<')
            html += "&lt;";
        else if (c == '>')
            html += "&gt;";
        else if (c == '"')
            html += "&quot;";
        else if (c == '\'')
            html += "&#39;";
        else
            html += c;
    }
    return html;
}

std::string text_to_html(std::string_view text) {
    std::string html;
    std::size_t plain_begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto address = leading_address(text.substr(i));
        if (address.empty()) continue;
        html += escape_html(text.substr(plain_begin, i - plain_begin));
        const std::string safe = escape_html(address);
        html += "<a href=\"" + safe + "\">" + safe + "</a>";
        plain_begin = i + address.size();
        i = plain_begin - 1;
    }
    return html + escape_html(text.substr(plain_begin));
}

}  // namespace fedmsgbot
