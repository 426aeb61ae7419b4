#include "bot/core/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <utf8proc.h>

namespace fedmsgbot {

namespace {

constexpr std::string_view ellipsis = "\u2026";
constexpr std::string_view replacement = "\uFFFD";

struct Character {
    std::int32_t code = -1;  // -1: invalid byte
    std::size_t length = 1;
};

Character decode(std::string_view text) {
    utf8proc_int32_t code = -1;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &code);
    if (length <= 0) return {};
    return {code, static_cast<std::size_t>(length)};
}

bool is_control(std::int32_t c) {
    return (c >= 0 && c < 0x20) || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

// Characters without a look of their own that turn the order of a line or hide in a word, and that no script or emoji
// needs: marks of direction, zero-width blanks, interlinear annotation.
bool is_hidden_format(std::int32_t c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x200b || c == 0x200e || c == 0x200f ||
           c == 0x061c || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

// Joiners, variation selectors, tags and fillers show nothing by themselves.
bool is_visible(std::int32_t c) {
    const auto* property = utf8proc_get_property(c);
    return !property->ignorable && property->category != UTF8PROC_CATEGORY_ZS;
}

// Printable ASCII only. Nearly all that is asked is, so eight bytes are looked at in one go.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    while (text.size() >= 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data(), 8);
        // In a byte under 0x80, the top bit tells: of b + 1 that b is 0x7f, of b - 0x20 that b is under 0x20.
        if (((eight | (eight + ones) | (((eight | tops) - 0x20 * ones) ^ tops)) & tops) != 0) return false;
        text.remove_prefix(8);
    }
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// What stands in a link as it is.
constexpr auto link_bytes = [] {
    std::array<bool, 256> fits{};
    for (std::size_t byte = 0x21; byte < 0x7f; ++byte)
        fits[byte] = std::string_view("\"<>\\`").find(static_cast<char>(byte)) == std::string_view::npos;
    return fits;
}();

bool fits_link(char c) { return link_bytes[static_cast<unsigned char>(c)]; }

std::string_view trimmed(std::string_view text, std::string_view blanks) {
    // The library's find_first_not_of calls memchr for each byte.
    const auto is_blank = [&](char c) {
        for (const char blank : blanks)
            if (c == blank) return true;
        return false;
    };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string shortened(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return std::string(text);
    if (max_bytes < ellipsis.size()) return std::string(trimmed(utf8_prefix(text, max_bytes), " \n"));
    std::string out(utf8_prefix(text, max_bytes - ellipsis.size()));
    return out.append(ellipsis);
}

// `kept`: control characters that stay as they are.
std::string clean(std::string_view text, std::size_t max_bytes, std::string_view kept) {
    const std::string_view blanks = kept.empty() ? " " : " \n";
    std::string out;
    out.reserve(std::min(text.size(), max_bytes) + 8);
    bool in_control_run = false;
    while (!text.empty() && out.size() <= max_bytes) {
        const auto character = decode(text);
        const auto bytes = text.substr(0, character.length);
        text.remove_prefix(character.length);
        if (is_control(character.code) && !(bytes.size() == 1 && kept.find(bytes[0]) != std::string_view::npos)) {
            if (!in_control_run && !out.empty()) out += ' ';
            in_control_run = true;
            continue;
        }
        in_control_run = false;
        // What shows nothing is left out of the start at once: it must not fill the room of what follows.
        const bool is_blank = blanks.find(bytes[0]) != std::string_view::npos || !is_visible(character.code);
        if ((out.empty() && is_blank) || is_hidden_format(character.code)) continue;
        out += character.code < 0 ? replacement : bytes;
    }
    return shortened(trimmed(out, blanks), max_bytes);
}

// Calls visit(place) where a grapheme begins, by UAX #29's rules, until it returns false; returns the place where it
// did, or the text's end.
template <class Visit>
std::size_t walk_graphemes(std::string_view text, Visit&& visit) {
    std::size_t at = 0;
    utf8proc_int32_t previous = -1;
    utf8proc_int32_t state = 0;
    while (at < text.size()) {
        const auto character = decode(text.substr(at));
        const auto code = character.code < 0 ? 0xfffd : character.code;
        const bool starts = previous < 0 || utf8proc_grapheme_break_stateful(previous, code, &state);
        if (starts && !visit(at)) return at;
        previous = code;
        at += character.length;
    }
    return at;
}

// The last place up to `most` where a grapheme begins.
std::size_t last_grapheme_break(std::string_view text, std::size_t most) {
    std::size_t last = 0;
    walk_graphemes(text, [&](std::size_t at) { return at <= most && (last = at, true); });
    return last;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
    return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), [](char want, char c) {
               return want == (c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
           });
}

// RFC 3986, 3.1: letters, digits, plus, dot and dash before the first colon, when no slash comes earlier.
bool names_a_scheme(std::string_view text) {
    const auto end = text.find_first_of(":/?#");
    return end != std::string_view::npos && text[end] == ':';
}

}  // namespace

std::string clean_line(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes && is_plain(text)) return std::string(trimmed(text, " "));
    return clean(text, max_bytes, {});
}

std::string clean_block(std::string_view text, std::size_t max_bytes) {
    bool has_plain_lines = text.size() <= max_bytes;
    for (std::size_t at = 0; has_plain_lines && at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        has_plain_lines = is_plain(text.substr(at, end - at));
        at = end + 1;
    }
    return has_plain_lines ? std::string(trimmed(text, " \n")) : clean(text, max_bytes, "\n\t");
}

std::string clean_link(std::string_view text, std::size_t max_bytes) {
    const auto stripped = trimmed(text, " \t\r\n");
    if (!is_web_link(stripped) && names_a_scheme(stripped)) return {};
    if (stripped.size() <= max_bytes && std::all_of(stripped.begin(), stripped.end(), fits_link))
        return std::string(stripped);
    if (!is_valid_utf8(stripped)) return {};
    static constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    out.reserve(stripped.size());
    for (const char c : stripped) {
        const auto byte = static_cast<unsigned char>(c);
        if (fits_link(c))
            out += c;
        else
            out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
    // A link that was cut leads somewhere else: better none.
    return out.size() <= max_bytes ? out : std::string();
}

std::string in_lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return lower;
}

bool is_ascii_word(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool is_web_link(std::string_view link) {
    return starts_with_ignoring_case(link, "https://") || starts_with_ignoring_case(link, "http://");
}

std::size_t utf8_sequence(std::string_view text) {
    if (text.empty()) return 0;
    const auto character = decode(text);
    return character.code < 0 ? 0 : character.length;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    const auto is_continuation = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
    std::size_t end = max_bytes;
    while (end > 0 && max_bytes - end < 3 && is_continuation(end)) --end;
    // More of them than any character has: invalid bytes, each of them a character.
    return text.substr(0, is_continuation(end) ? max_bytes : end);
}

std::string_view word_prefix(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text.substr(0, text.find_last_not_of(' ') + 1);
    const auto most = utf8_prefix(text, max_bytes);
    // A grapheme that is itself too long has to be cut.
    auto cut = most.substr(0, last_grapheme_break(text, most.size()));
    if (cut.empty()) cut = most;
    if (text[cut.size()] != ' ') {
        const auto blank = cut.find_last_of(' ');
        if (blank != std::string_view::npos && cut.find_first_not_of(' ') < blank) cut = cut.substr(0, blank);
    }
    return cut.substr(0, cut.find_last_not_of(' ') + 1);
}

std::string shortened_to_words(std::string_view text, std::size_t max_code_points) {
    // Further back than this, more would be lost than a torn word is worth.
    constexpr std::size_t longest_word_bytes = 60;
    if (text.size() <= max_code_points || code_points(text) <= max_code_points) return std::string(text);
    if (max_code_points == 0) return {};
    const auto most = code_point_prefix(text, max_code_points - 1);
    // A grapheme that is itself too long has to be cut.
    auto cut = most.substr(0, last_grapheme_break(text, most.size()));
    if (cut.empty()) cut = most;
    if (text[cut.size()] != ' ') {
        const auto blank = cut.find_last_of(' ');
        if (blank != std::string_view::npos && blank > 0 && cut.size() - blank <= longest_word_bytes)
            cut = cut.substr(0, blank);
    }
    return std::string(cut.substr(0, cut.find_last_not_of(' ') + 1)).append(ellipsis);
}

bool is_valid_utf8(std::string_view text) {
    if (is_plain(text)) return true;  // nearly all of what is asked
    while (!text.empty()) {
        const auto length = utf8_sequence(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(decode(text).length);
    return count;
}

std::string_view code_point_prefix(std::string_view text, std::size_t n) {
    std::size_t at = 0;
    for (; n > 0 && at < text.size(); --n) at += decode(text.substr(at)).length;
    return text.substr(0, at);
}

std::size_t graphemes(std::string_view text) {
    std::size_t count = 0;
    walk_graphemes(text, [&](std::size_t) { return ++count, true; });
    return count;
}

std::string_view grapheme_prefix(std::string_view text, std::size_t n) {
    return text.substr(0, walk_graphemes(text, [&](std::size_t) { return n-- > 0; }));
}

}  // namespace fedmsgbot
