#include "bot/trust/base64.h"

namespace fedmsgbot {

namespace {

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3);
    unsigned bits = 0;
    int place = 0, pads = 0;
    for (const char c : text) {
        if (c == '=') {
            if (place >= 2 && place + ++pads >= 4) return out;
            continue;
        }
        const int value = sextet(c);
        if (value < 0) continue;
        pads = 0;
        bits = ((bits << 6) | static_cast<unsigned>(value)) & 0xfff;
        if (place > 0) out += static_cast<char>((bits >> (6 - 2 * place)) & 0xff);
        place = (place + 1) % 4;
    }
    if (place != 0) return std::nullopt;
    return out;
}

}  // namespace fedmsgbot
