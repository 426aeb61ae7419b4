#include "bridges/timeline/page_request.h"

#include <charconv>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

// A plus stands for a blank in queries only.
std::optional<std::string> decode(std::string_view text, bool is_query) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && is_query)
            out += ' ';
        else if (text[i] != '%')
            out += text[i];
        else {
            unsigned char byte = 0;
            if (i + 3 > text.size()) return {};
            const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
            if (error != std::errc() || end != text.data() + i + 3) return {};
            out += static_cast<char>(byte);
            i += 2;
        }
    }
    return out;
}

// Proxies may send the whole address: RFC 9112, 3.2.2.
std::string_view without_origin(std::string_view target) {
    if (!is_web_link(target)) return target;
    const auto slash = target.find('/', target.find("//") + 2);
    return slash == std::string_view::npos ? "/" : target.substr(slash);
}

}  // namespace

std::optional<PageTarget> PageTarget::parse(std::string_view target) {
    target = without_origin(target.substr(0, target.find('#')));
    if (!target.starts_with('/')) return {};
    const auto question = target.find('?');
    PageTarget parsed;
    const auto path = decode(target.substr(0, question), false);
    if (!path) return {};
    parsed.path = *path;
    auto query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto name = decode(pair.substr(0, equals), true);
        const auto value = decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value) return {};
        parsed.parameters.emplace_back(*name, *value);
    }
    return parsed;
}

std::optional<std::string_view> PageTarget::last(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const auto& [known, value] : parameters)
        if (known == name) found = value;
    return found;
}

bool is_for_programs(std::string_view target) {
    target = target.substr(0, target.find('?'));
    // Below a proxy's sub-path too.
    for (const std::string_view part : {"/api/", "/oauth/", "/nodeinfo/", "/.well-known/"})
        if (target.find(part) != std::string_view::npos) return true;
    return false;
}

std::optional<std::int64_t> read_digits(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size()) return {};
    return number;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:*/";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

}  // namespace fedmsgbot
