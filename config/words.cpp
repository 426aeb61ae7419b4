#include <algorithm>
#include <charconv>
#include <utility>

#include "config/reader.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

// Insertions, deletions, replacements and swapped neighbours that lie between two words.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last = std::exchange(last, row);
    }
    return last[b.size()];
}

std::chrono::milliseconds unit_of(std::string_view name) {
    if (name == "ms") return 1ms;
    if (name == "s") return 1s;
    if (name == "m") return 1min;
    if (name == "h") return 1h;
    if (name == "d") return 24h;
    return 0ms;
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t max_word = 100;
    std::string_view best;
    auto least = std::max<std::size_t>(1, word.size() / 3) + 1;
    if (word.size() > max_word) return best;
    for (const auto& candidate : candidates) {
        if (candidate.size() > max_word) continue;
        const auto steps = distance(word, candidate);
        if (steps >= least || steps >= std::max(word.size(), candidate.size())) continue;
        least = steps;
        best = candidate;
    }
    return best;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    constexpr std::chrono::milliseconds most = 24h * 3653;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto unit = unit_of(text.substr(static_cast<std::size_t>(end - text.data())));
    if (error != std::errc{} || count < 0 || text.front() == '-' || unit == 0ms || count > most / unit) return {};
    return count * unit;
}

}  // namespace fedmsgbot
