#include "bridges/irc/server_features.h"

#include <algorithm>

namespace fedmsgbot {

void ServerFeatures::learn(const IrcMessage& reply) {
    // The first parameter is our nick, the last a sentence.
    for (std::size_t i = 1; i + 1 < reply.parameters.size(); ++i) {
        const auto token = reply.parameters[i];
        if (token.size() > 200) continue;
        const auto equals = token.find('=');
        learn(token.substr(0, equals),
              equals == std::string_view::npos ? std::string_view{} : token.substr(equals + 1));
    }
}

void ServerFeatures::learn(std::string_view key, std::string_view value) {
    if (key == "CASEMAPPING") {
        folding_ = value == "ascii" ? Folding::ascii : value == "strict-rfc1459" ? Folding::strict : Folding::rfc1459;
    } else if (key == "PREFIX" && value.starts_with('(')) {
        const auto close = value.find(')');
        if (close == std::string_view::npos || value.size() - close != close) return;  // as many signs as modes
        member_modes_ = value.substr(1, close - 1);
        member_signs_ = value.substr(close + 1);
    } else if (key == "CHANMODES") {
        const auto first = value.find(',');
        if (first == std::string_view::npos) return;
        const auto second = value.find(',', first + 1);
        if (second == std::string_view::npos) return;
        argument_always_ = value.substr(0, second);
        argument_when_set_ = value.substr(second + 1, value.find(',', second + 1) - second - 1);
    } else if (key == "MONITOR") {
        has_monitor_ = value != "0";
    } else if (key == "BOT" && value.size() == 1) {
        bot_mode_ = value.front();
    }
}

char ServerFeatures::folded(char c) const {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
    if (folding_ == Folding::ascii) return c;
    if (c == '[' || c == '\\' || c == ']') return static_cast<char>(c + ('{' - '['));
    return c == '^' && folding_ == Folding::rfc1459 ? '~' : c;
}

bool ServerFeatures::same(std::string_view a, std::string_view b) const {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [this](char x, char y) { return folded(x) == folded(y); });
}

bool ServerFeatures::matches(std::string_view mask, std::string_view prefix) const {
    // Goes back to the last * only: the time is bounded by the product of the lengths, both of a line.
    std::size_t m = 0, p = 0, star = std::string_view::npos, taken = 0;
    while (p < prefix.size()) {
        if (m < mask.size() && mask[m] == '*') {
            star = m++;
            taken = p;
        } else if (m < mask.size() && (mask[m] == '?' || folded(mask[m]) == folded(prefix[p]))) {
            ++m;
            ++p;
        } else if (star != std::string_view::npos) {
            m = star + 1;
            p = ++taken;
        } else {
            return false;
        }
    }
    while (m < mask.size() && mask[m] == '*') ++m;
    return m == mask.size();
}

bool ServerFeatures::is_member_mode(char mode) const { return member_modes_.find(mode) != std::string::npos; }

bool ServerFeatures::takes_argument(char mode, bool set) const {
    return is_member_mode(mode) || argument_always_.find(mode) != std::string::npos ||
           (set && argument_when_set_.find(mode) != std::string::npos);
}

char ServerFeatures::member_mode(char sign) const {
    const auto at = member_signs_.find(sign);
    return at == std::string::npos ? '\0' : member_modes_[at];
}

void ServerFeatures::learn_software(std::string_view version) {
    // Elsewhere S is another matter: on Libera, that all members must use TLS.
    if (version.starts_with("InspIRCd") || version.starts_with("Unreal")) color_modes_ = "cS";
}

std::string ServerFeatures::folded(std::string_view name) const {
    std::string all(name);
    for (auto& c : all) c = folded(c);
    return all;
}

}  // namespace fedmsgbot
