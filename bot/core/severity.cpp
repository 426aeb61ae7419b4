#include "bot/core/severity.h"

#include <algorithm>
#include <charconv>

namespace fedmsgbot {

namespace {

constexpr Severity all[] = {Severity::debug, Severity::info, Severity::warning, Severity::error};

}  // namespace

Severity severity(JsonView headers) {
    const auto header = headers["fedora_messaging_severity"];
    if (!header.is_text()) {
        const bool is_number = header.kind() == JsonView::Kind::integer || header.kind() == JsonView::Kind::natural;
        return is_number ? Severity(std::clamp<std::int64_t>(header.integer(), 0, 1000)) : Severity::info;
    }
    const auto text = header.text();
    int number = 0;
    if (const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        error == std::errc{} && end == text.data() + text.size())
        return Severity(std::clamp(number, 0, 1000));
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    for (const auto one : all)
        if (const auto word = name(one); std::equal(word.begin(), word.end(), text.begin(), text.end(), same))
            return one;
    return Severity::info;
}

std::string_view name(Severity severity) {
    if (severity < Severity::info) return "debug";
    if (severity < Severity::warning) return "info";
    return severity < Severity::error ? "warning" : "error";
}

}  // namespace fedmsgbot
