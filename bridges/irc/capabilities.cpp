#include "bridges/irc/capabilities.h"

#include <algorithm>

namespace fedmsgbot {

namespace {

constexpr std::size_t max_names = 200;
constexpr std::size_t max_name = 400;  // with its value

}  // namespace

bool Capabilities::hear(const IrcMessage& message) {
    // `CAP * LS * :a b` while more lines follow, `CAP * LS :c` at last.
    const auto what = message.parameter(1);
    if (what == "LS") {
        each(message.last(), offered_, true);
        is_listed_ = is_listed_ || message.parameters.size() < 4 || message.parameter(2) != "*";
        return is_listed_;
    }
    if (what == "NEW") each(message.last(), offered_, true);
    if (what == "DEL") {
        each(message.last(), offered_, false);
        each(message.last(), used_, false);
    }
    if (what == "ACK") each(message.last(), used_, true);
    return what == "ACK" || what == "NAK";
}

bool Capabilities::is_about(const IrcMessage& message, std::string_view name) {
    Names names;
    each(message.last(), names, true);
    return names.contains(std::string(name));
}

std::string Capabilities::value(const std::string& name) const {
    const auto found = offered_.find(name);
    return found == offered_.end() ? std::string{} : found->second;
}

void Capabilities::each(std::string_view list, Names& names, bool add) {
    while (!list.empty()) {
        auto word = list.substr(0, list.find(' '));
        list.remove_prefix(std::min(word.size() + 1, list.size()));
        // `-name` in an ACK: no longer in use.
        const bool is_off = word.starts_with('-');
        if (is_off) word.remove_prefix(1);
        if (word.empty() || word.size() > max_name) continue;
        const auto equals = word.find('=');
        std::string name(word.substr(0, equals));
        if (!add || is_off)
            names.erase(name);
        else if (names.size() < max_names)
            names[std::move(name)] = equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    }
}

}  // namespace fedmsgbot
