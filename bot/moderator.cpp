#include "bot/moderator.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace {

std::string words_of(const Line& line) { return fmt::format("{}\x1f{}\x1f{}", line.title, line.text, line.link); }

}  // namespace

Moderator::Moderator(Journal& journal, Digester& digester, const std::vector<Destination>& destinations,
                     WallClock clock)
    : journal_(journal), digester_(digester), clock_(std::move(clock)) {
    for (const auto& to : destinations) {
        if (to.noise.dedupe.count() > 0) dedupes_.insert(to.target);
        if (to.reserve.empty()) continue;
        Reserve reserve{to};
        if (to.noise.threshold) {
            reserve.allowance.emplace(std::vector<RateLimit>{*to.noise.threshold});
            for (const auto& one : journal_.spent(to.reserve, clock_())) reserve.allowance->spend(one.at, one.count);
        }
        reserves_.emplace(to.reserve, std::move(reserve));
    }
}

Moderator::Fate Moderator::judge(const Destination& to, const Line& line) {
    if (!to.noise.is_any()) return Fate::said;
    const auto now = clock_();
    if (to.noise.dedupe.count() > 0 && journal_.was_told(to.target, words_of(line), now - to.noise.dedupe, now))
        return Fate::repeated;
    if (to.reserve.empty()) return Fate::said;
    const bool is_quiet = to.noise.quiet && to.noise.quiet->covers(now);
    if (is_quiet || journal_.pending(to.reserve) > 0) return Fate::kept;
    auto& allowance = reserves_.at(to.reserve).allowance;
    return allowance && allowance->available(now) == 0 ? Fate::kept : Fate::said;
}

void Moderator::note_said(const Destination& to, const Line& line) {
    const bool is_remembered = !dedupes_.empty() && dedupes_.contains(to.target);
    if (!is_remembered && !to.noise.threshold) return;
    const auto now = clock_();
    if (is_remembered) journal_.note_told(to.target, words_of(line), now);
    if (!to.noise.threshold) return;
    auto& allowance = *reserves_.at(to.reserve).allowance;
    allowance.spend(now);
    journal_.spend(to.reserve, now, 1, allowance.longest_period());
}

void Moderator::adopt(const std::string& reserve) {
    Destination gone(target_of_reserve(reserve), {});
    gone.reserve = reserve;
    reserves_.emplace(reserve, Reserve{std::move(gone)});
}

SystemTime Moderator::opens_at(Reserve& reserve, SystemTime now) {
    const auto& quiet = reserve.to.noise.quiet;
    if (quiet && quiet->covers(now)) return quiet->end(now);
    return reserve.allowance ? reserve.allowance->opens_at(now) : now;
}

Digester::Task Moderator::task(Reserve& reserve, SystemTime now) {
    const auto& to = reserve.to;
    Digester::Task task(to.target);
    task.owed_as = to.reserve;
    task.room = most_lines;
    // Half of what may be said is for what comes now.
    if (reserve.allowance) task.room = std::clamp<std::size_t>(reserve.allowance->available(now) / 2, 1, most_lines);
    const auto oldest = journal_.owed(to.reserve, 0, 1).messages;
    if (to.noise.quiet && !oldest.empty() && to.noise.quiet->covers(oldest.front().accepted_at))
        task.reason = Digest::Reason::quiet;
    return task;
}

bool Moderator::tend(const std::function<void()>& commit, std::vector<Digester::Said>& said) {
    bool is_done = true;
    for (auto& [name, reserve] : reserves_) {
        const auto now = clock_();
        const auto kept = journal_.pending(name);
        const bool is_due = kept > 0 && opens_at(reserve, now) <= now;
        if (!is_due && !is_long(reserve)) continue;
        commit();
        const auto work = task(reserve, now);
        std::vector<Digester::Said> in_reserve;  // goes nowhere yet
        const bool is_short = digester_.work(work, in_reserve);
        is_done = is_done && is_short;
        if (!is_due || !is_short) continue;
        commit();
        const auto before = said.size();
        digester_.hand_over(work, said);
        for (auto one = before; one < said.size(); ++one) note_said(reserve.to, *said[one].line);
        log::info("reserve.told", {{"target", reserve.to.target}, {"kept", kept}, {"lines", said.size() - before}});
    }
    return !is_done;
}

std::optional<SystemTime> Moderator::next() {
    std::optional<SystemTime> next;
    const auto now = clock_();
    for (auto& [name, reserve] : reserves_) {
        if (journal_.pending(name) == 0) continue;
        const auto opens = is_long(reserve) ? now : opens_at(reserve, now);
        if (!next || opens < *next) next = opens;
    }
    return next;
}

}  // namespace fedmsgbot
