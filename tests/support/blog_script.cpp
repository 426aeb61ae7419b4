#include "tests/support/blog_script.h"

#include <algorithm>
#include <ctime>
#include <sstream>

#include <fmt/format.h>

namespace fedmsgbot::testing {

std::string url_decode(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            plain += text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

std::map<std::string, std::string> parse_form(const std::string& text) {
    std::map<std::string, std::string> form;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, '&');) {
        const auto equals = std::min(part.find('='), part.size());
        form[url_decode(part.substr(0, equals))] = url_decode(part.substr(std::min(part.size(), equals + 1)));
    }
    return form;
}

std::string escape_markup(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (c == '&')
            safe += "&amp;";
        else if (c == '<')
            safe += "&lt;";
        else if (c == '>')
            safe += "&gt;";
        else if (c == '\'')
            safe += "&#39;";
        else
            safe += c;
    }
    return safe;
}

std::string iso_time(std::chrono::system_clock::time_point time) {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    const std::time_t seconds = milliseconds / 1000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return fmt::format("{}.{:03}Z", text, milliseconds % 1000);
}

BlogScript::Step take(std::deque<BlogScript::Step>& steps) {
    if (steps.empty()) return {};
    auto step = std::move(steps.front());
    steps.pop_front();
    return step;
}

std::string header(const BlogScript::Request& request, const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
}

}  // namespace fedmsgbot::testing
