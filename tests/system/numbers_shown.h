#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "bot/store/database.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// How often each number of the messages `message <N>` stands on the timeline of the bot that lives in `folder`. After
// the bot's first start, which makes the file.
inline std::map<int, int> numbers_shown(const TempFolder& folder) {
    std::map<int, int> counts;
    Database timeline(folder / "state" / "timeline.sqlite", 3, "");
    auto entries = timeline.prepare("SELECT text FROM entry");
    while (entries.step()) {
        const std::string text(entries.text(0));
        ++counts[std::stoi(text.substr(text.find('<') + 1))];
    }
    return counts;
}

// So many different ones, each once, and nothing else.
inline bool are_each_once(const std::map<int, int>& counts, int how_many) {
    return counts.size() == static_cast<std::size_t>(how_many) &&
           std::all_of(counts.begin(), counts.end(), [](const auto& count) { return count.second == 1; });
}

}  // namespace fedmsgbot::testing
