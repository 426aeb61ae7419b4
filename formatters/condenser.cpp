#include "formatters/condenser.h"

#include <algorithm>
#include <map>

namespace fedmsgbot {

bool Condenser::takes(const RuleFile& file, const CondenseRule& rule, const Message& message) {
    if (!rule.takes_topic(message.topic())) return false;
    maker_.begin(message, accounts_);
    return maker_.holds(file, rule.when);
}

std::vector<std::string> Condenser::keys(const Message& message) {
    std::vector<std::string> keys;
    for (const auto& file : files_) {
        for (const auto& rule : file->condense_rules) {
            if (!takes(*file, rule, message)) continue;
            if (rule.is_off) return keys;
            if (const auto own = maker_.condense_key(*file, rule); !own.empty())
                keys.push_back(rule.name + '\x1f' + own);
        }
    }
    return keys;
}

std::vector<Condensed> Condenser::condense(const std::vector<const Message*>& batch, const std::vector<Line>& lines) {
    std::vector<Condensed> condensed;
    std::vector<bool> is_taken(batch.size()), stays_alone(batch.size());
    for (std::size_t n = 0; n < batch.size(); ++n) is_taken[n] = lines[n].is_silent;

    const auto say_together = [&](const RuleFile& file, const CondenseRule& rule, std::vector<std::size_t> places) {
        std::vector<LineMaker::Member> members;
        members.reserve(places.size());
        for (const auto place : places) members.push_back({batch[place], &lines[place]});
        std::stable_sort(members.begin(), members.end(),
                         [](const auto& a, const auto& b) { return a.message->sent_at() < b.message->sent_at(); });
        auto line = maker_.condense(file, rule, members, accounts_);
        if (line.text.empty()) return;
        for (const auto place : places) is_taken[place] = true;
        condensed.push_back({std::move(line), std::move(places)});
    };

    for (const auto& file : files_) {
        for (const auto& rule : file->condense_rules) {
            std::map<std::string, std::vector<std::size_t>> groups;
            for (std::size_t n = 0; n < batch.size(); ++n) {
                if (is_taken[n] || stays_alone[n] || !takes(*file, rule, *batch[n])) continue;
                if (rule.is_off)
                    stays_alone[n] = true;
                else if (auto own = maker_.condense_key(*file, rule); !own.empty())
                    groups[std::move(own)].push_back(n);
            }
            for (auto& [own, places] : groups)
                if (places.size() > 1) say_together(*file, rule, std::move(places));
        }
    }

    for (std::size_t n = 0; n < batch.size(); ++n)
        if (!is_taken[n]) condensed.push_back({lines[n], {n}});
    std::sort(condensed.begin(), condensed.end(),
              [](const auto& a, const auto& b) { return a.members.front() < b.members.front(); });
    return condensed;
}

}  // namespace fedmsgbot
