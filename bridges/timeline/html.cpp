#include "bridges/timeline/html.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view ellipsis = "\u2026";
constexpr std::string_view replacement = "\uFFFD";

// Precondition: `bytes` is one valid UTF-8 sequence.
std::uint32_t code_of(std::string_view bytes) {
    const auto byte = [&bytes](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    if (bytes.size() == 1) return byte(0);
    std::uint32_t code = byte(0) & (0x7fU >> bytes.size());
    for (std::size_t i = 1; i < bytes.size(); ++i) code = (code << 6U) | (byte(i) & 0x3fU);
    return code;
}

bool turns_direction(std::uint32_t c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c;
}

bool is_unfit(std::uint32_t c) {
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
           (c & 0xfffeU) == 0xfffe;
}

std::string_view entity(char c) {
    switch (c) {
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '&':
            return "&amp;";
        case '"':
            return "&#34;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

// Takes the first character off; empty when it is no valid UTF-8.
std::string_view take(std::string_view& text) {
    const auto length = utf8_sequence(text);
    const auto bytes = text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
    return bytes;
}

class JsonPrinter {
public:
    void print(std::string_view json) {
        while (!json.empty()) put(take(json));
    }
    std::string take_text() { return std::move(out_); }

private:
    static constexpr std::size_t most_levels = 32;

    void put(std::string_view bytes) {
        const char c = bytes.size() == 1 ? bytes[0] : '\0';
        if (bytes.empty()) {
            put_word(replacement);
        } else if (in_text_) {
            put_word(bytes);
            if (is_escaped_)
                is_escaped_ = false;
            else if (c == '\\')
                is_escaped_ = true;
            else if (c == '"')
                in_text_ = false;
        } else {
            put_mark(c, bytes);
        }
    }

    void put_mark(char c, std::string_view bytes) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') return;
        if (c == '}' || c == ']') {
            if (level_ > 0) --level_;
            if (!just_opened_) new_line();
            just_opened_ = false;
            out_ += c;
            return;
        }
        put_word(bytes);
        if (c == '"') in_text_ = true;
        if (c == ':') out_ += ' ';
        if (c == ',') new_line();
        if (c != '{' && c != '[') return;
        ++level_;
        just_opened_ = true;
    }

    // A bracket's line ends only when something stands inside it: `{}` stays whole.
    void put_word(std::string_view bytes) {
        if (std::exchange(just_opened_, false)) new_line();
        if (bytes.size() > 1 && turns_direction(code_of(bytes)))
            out_ += fmt::format("\\u{:04x}", code_of(bytes));
        else
            out_ += bytes;
    }

    void new_line() {
        if (!out_.empty()) out_ += '\n';
        out_.append(2 * std::min(level_, most_levels), ' ');
    }

    std::string out_;
    std::size_t level_ = 0;
    bool in_text_ = false;
    bool is_escaped_ = false;
    bool just_opened_ = false;
};

}  // namespace

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    while (!text.empty()) {
        const auto bytes = take(text);
        const auto code = bytes.empty() ? 0 : code_of(bytes);
        if (is_unfit(code))
            out += replacement;
        else if (turns_direction(code))
            continue;
        else if (const auto escaped = bytes.size() == 1 ? entity(bytes[0]) : std::string_view(); !escaped.empty())
            out += escaped;
        else
            out += bytes;
    }
    return out;
}

std::string safe_link(std::string_view link) {
    const auto cleaned = clean_link(link);
    return is_web_link(cleaned) ? escape(cleaned) : std::string();
}

std::string host_of(std::string_view link) {
    const auto cleaned = clean_link(link);
    if (!is_web_link(cleaned)) return {};
    auto host = std::string_view(cleaned).substr(cleaned.find("//") + 2);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    host = host.substr(0, host.find(':', host.starts_with('[') ? host.find(']') : 0));
    if (host.starts_with("www.")) host.remove_prefix(4);
    return escape(host);
}

std::string shorten(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    return std::string(word_prefix(text, most - ellipsis.size())).append(ellipsis);
}

std::string pretty_json(std::string_view json, std::size_t most) {
    JsonPrinter printer;
    printer.print(utf8_prefix(json, most));
    auto out = printer.take_text();
    if (json.size() > most) out.append("\n").append(ellipsis);
    return out;
}

}  // namespace fedmsgbot
