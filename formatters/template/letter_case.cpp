#include "formatters/template/letter_case.h"

#include "bot/core/text.h"

namespace fedmsgbot::tmpl {

namespace {

// All letters with a simple case pair below U+0800 have two bytes at the most, in both cases: two blocks of Latin where
// even and odd alternate, and straight shifts elsewhere.
struct Range {
    unsigned first, last;  // the upper case letters
    unsigned shift;        // to the lower case letter
    bool alternates;       // every second is one; `first` says which
};
constexpr Range ranges[] = {{'A', 'Z', 32, false},     {0xc0, 0xd6, 32, false},   {0xd8, 0xde, 32, false},
                            {0x100, 0x12e, 1, true},   {0x132, 0x136, 1, true},   {0x139, 0x147, 1, true},
                            {0x14a, 0x176, 1, true},   {0x179, 0x17d, 1, true},   {0x391, 0x3a1, 32, false},
                            {0x3a3, 0x3ab, 32, false}, {0x400, 0x40f, 80, false}, {0x410, 0x42f, 32, false},
                            {0x460, 0x480, 1, true},   {0x48a, 0x4be, 1, true},   {0x4d0, 0x52e, 1, true}};

unsigned lower(unsigned code) {
    for (const auto& range : ranges)
        if (code >= range.first && code <= range.last && (!range.alternates || (code - range.first) % 2 == 0))
            return code + range.shift;
    return code;
}

unsigned upper(unsigned code) {
    for (const auto& range : ranges) {
        const auto pair = code - range.shift;
        if (code >= range.shift && pair >= range.first && pair <= range.last &&
            (!range.alternates || (pair - range.first) % 2 == 0))
            return pair;
    }
    return code;
}

void append(std::string_view text, std::string& out, unsigned (*change)(unsigned)) {
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        const auto length = byte < 0x80 ? 1 : utf8_sequence(text);
        if (byte < 0x80) {
            out += static_cast<char>(change(byte));
        } else if (length == 2) {
            const auto code = change((byte & 0x1fu) << 6 | (static_cast<unsigned char>(text[1]) & 0x3fu));
            out += static_cast<char>(0xc0 | code >> 6);
            out += static_cast<char>(0x80 | (code & 0x3f));
        } else {
            out += text.substr(0, length == 0 ? 1 : length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

}  // namespace

void append_lower(std::string_view text, std::string& out) { append(text, out, lower); }
void append_upper(std::string_view text, std::string& out) { append(text, out, upper); }

}  // namespace fedmsgbot::tmpl
