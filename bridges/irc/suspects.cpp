#include "bridges/irc/suspects.h"

#include <fmt/format.h>

namespace fedmsgbot {

const Suspects::Suspect* Suspects::find(const std::string& channel, Entry entry) const {
    if (known_.empty()) return nullptr;  // each post asks: no key is made for nothing
    const auto found = known_.find({channel, entry});
    return found == known_.end() ? nullptr : &found->second;
}

void Suspects::suspect(const std::string& channel, Entry entry) { known_.try_emplace({channel, entry}); }

void Suspects::accuse(const std::string& channel, Entry entry, Ground ground, std::string words) {
    auto& suspect = known_[{channel, entry}];
    ++suspect.accusations;
    suspect.accusation = ground;
    suspect.words = std::move(words);
}

void Suspects::acquit(const std::string& channel, Entry entry) {
    if (!known_.empty()) known_.erase({channel, entry});
}

void Suspects::witness(const std::string& channel) {
    for (auto& [key, suspect] : known_) {
        if (!suspect.accusation) continue;
        // A link is every channel's; what a channel does is seen in the channel alone.
        if (*suspect.accusation != Ground::closed && key.first != channel) continue;
        suspect.accusation.reset();
        ++suspect.strikes;
    }
}

void Suspects::reprieve(const std::string& channel, Entry entry) {
    const auto found = known_.find({channel, entry});
    if (found != known_.end()) found->second.accusation.reset();
}

int Suspects::accusations(const std::string& channel, Entry entry) const {
    const auto* suspect = find(channel, entry);
    return suspect ? suspect->accusations : 0;
}

void Suspects::forget_before(const std::string& channel, Entry entry) {
    if (!known_.empty()) known_.erase(known_.lower_bound({channel, 0}), known_.lower_bound({channel, entry}));
}

bool Suspects::awaits_witness(const std::string& channel, Entry entry) const {
    const auto* suspect = find(channel, entry);
    return suspect && suspect->accusation && *suspect->accusation != Ground::refused && suspect->accusations > 1;
}

bool Suspects::has_cost_link(const std::string& channel, Entry entry) const {
    const auto* suspect = find(channel, entry);
    return suspect && suspect->accusation == Ground::closed;
}

std::optional<std::string> Suspects::verdict(const std::string& channel, Entry entry) const {
    const auto* suspect = find(channel, entry);
    if (!suspect || suspect->strikes < most_strikes) return std::nullopt;
    return fmt::format("refused {} times for what it says, while others got through: {}", suspect->strikes,
                       suspect->words);
}

}  // namespace fedmsgbot
