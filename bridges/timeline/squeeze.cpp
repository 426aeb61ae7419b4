#include "bridges/timeline/squeeze.h"

namespace fedmsgbot {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\n'; }
bool stands_alone(char c) { return std::string_view("{};:,>").find(c) != std::string_view::npos; }

}  // namespace

std::string squeezed_css(std::string_view css) {
    std::string out;
    bool is_quoted = false, is_after_blank = false;
    for (const char c : css) {
        if (!is_quoted && is_blank(c)) {
            is_after_blank = true;
            continue;
        }
        const bool is_needed = !out.empty() && !stands_alone(out.back()) && !stands_alone(c);
        if (is_after_blank && is_needed) out += ' ';
        is_after_blank = false;
        if (c == '"') is_quoted = !is_quoted;
        if (c == '}' && !out.empty() && out.back() == ';') out.pop_back();
        out += c;
    }
    return out;
}

std::string squeezed_script(std::string_view script) {
    std::string out;
    for (const char c : script)
        if (c != ' ' || (!out.empty() && out.back() != '\n')) out += c;
    return out;
}

}  // namespace fedmsgbot
