#include "bot/trust/python_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "bot/trust/plain_run.h"

namespace fedmsgbot {

namespace {

template <class Out>
void append_unit(Out& out, std::uint32_t unit) {
    static constexpr std::string_view hex = "0123456789abcdef";
    const char escaped[] = {'\\',          'u', hex[(unit >> 12) & 15], hex[(unit >> 8) & 15], hex[(unit >> 4) & 15],
                            hex[unit & 15]};
    out.append(escaped, sizeof escaped);
}

template <class Out>
void append_code_point(Out& out, std::uint32_t code) {
    if (code < 0x10000) return append_unit(out, code);
    append_unit(out, 0xd800 + ((code - 0x10000) >> 10));
    append_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

// The code point that begins at `at`, of text that is known to be well formed; moves `at` behind it.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    std::uint32_t code = more == 0 ? first : first & (0x3f >> more);
    for (int n = 0; n < more; ++n) code = (code << 6) | (static_cast<unsigned char>(text[at++]) & 0x3f);
    return code;
}

char short_escape(char c) {
    switch (c) {
        case '"':
        case '\\':
            return c;
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}

}  // namespace

void append_python_text(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const auto end =
            static_cast<std::size_t>(skip_plain(text.data() + at, text.data() + text.size()) - text.data());
        out.append(text, at, end - at);  // in runs: most text is plain, and one by one they take half as long again
        at = end;
        if (at == text.size()) break;
        const char c = text[at];
        if (const char escape = short_escape(c)) {
            out += {'\\', escape};
            ++at;
        } else {
            append_code_point(out, next_code_point(text, at));
        }
    }
    out += '"';
}

void append_python_unit(ByteBuffer& out, std::uint32_t unit) {
    const char c = static_cast<char>(unit);
    if (unit >= 0x80 || (!is_plain(c) && short_escape(c) == 0)) return append_unit(out, unit);
    if (const char escape = short_escape(c)) {
        out.append('\\');
        out.append(escape);
    } else {
        out.append(c);
    }
}

void append_python_code_point(ByteBuffer& out, std::string_view utf8) {
    std::size_t at = 0;
    append_code_point(out, next_code_point(utf8, at));
}

void append_python_real(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    if (std::signbit(value)) out += '-';
    if (std::isinf(value)) {
        out += "Infinity";
        return;
    }
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific).ptr;
    const std::string_view written(buffer, static_cast<std::size_t>(end - buffer));
    const auto mark = written.find('e');
    std::string digits(1, written[0]);
    if (mark > 2) digits += written.substr(2, mark - 2);
    int exponent = 0;
    std::from_chars(buffer + mark + (written[mark + 1] == '+' ? 2 : 1), end, exponent);
    if (exponent < -4 || exponent >= 16) {
        out += digits[0];
        if (digits.size() > 1) out.append(".").append(digits, 1);
        out += written.substr(mark);
    } else if (exponent < 0) {
        out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
    } else {
        const auto whole = static_cast<std::size_t>(exponent) + 1;
        if (digits.size() < whole + 1) digits.resize(whole + 1, '0');
        out.append(digits, 0, whole).append(".").append(digits, whole);
    }
}

}  // namespace fedmsgbot
