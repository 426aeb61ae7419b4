#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bot/core/text.h"

namespace fedmsgbot {

// What an import could not carry over, or only with a difference: keys by their path (`irc[0].timeout`), and why. What
// has the same reason is told together. A value.
class ImportNotes {
public:
    void add(std::string_view path, std::string_view why) {
        const auto same =
            std::find_if(notes_.begin(), notes_.end(), [&](const auto& note) { return note.first == why; });
        if (same != notes_.end())
            same->second.push_back(clean_line(path, 200));
        else
            notes_.emplace_back(why, std::vector{clean_line(path, 200)});
    }

    // `path, path: why`, in the order in which the reasons came.
    std::vector<std::string> lines() const {
        std::vector<std::string> lines;
        for (const auto& [why, paths] : notes_) lines.push_back(fmt::format("{}: {}", fmt::join(paths, ", "), why));
        return lines;
    }

private:
    std::vector<std::pair<std::string, std::vector<std::string>>> notes_;
};

}  // namespace fedmsgbot
