#include "bot/commands/toml_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

}  // namespace

std::string toml_text(std::string_view text) {
    const bool has_backslash = text.find('\\') != std::string_view::npos;
    const bool fits_literal =
        text.find('\'') == std::string_view::npos && std::none_of(text.begin(), text.end(), is_control);
    if (has_backslash && fits_literal) return fmt::format("'{}'", text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (is_control(c))
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + '"';
}

std::string toml_list(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + toml_text(text);
    return "[" + out + "]";
}

std::string toml_key(std::string_view key) {
    const bool is_bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    return is_bare ? std::string(key) : toml_text(key);
}

}  // namespace fedmsgbot
