#include "bot/moderator.h"

#include <algorithm>
#include <utility>

#include "bot/core/log.h"
#include "bot/core/sha256.h"
#include "bot/journaled_budget.h"

namespace fedmsgbot {

Moderator::Moderator(Journal& journal, Digester& digester, const std::vector<Destination>& destinations,
                     WallClock clock)
    : journal_(journal), digester_(digester), clock_(std::move(clock)) {
    for (const auto& to : destinations) {
        if (to.noise.dedupe.count() > 0) dedupes_.insert(to.target);
        if (to.reserve.empty()) continue;
        Reserve reserve{to};
        if (to.noise.threshold)
            reserve.budget.emplace(open_budget(journal_, to.reserve, {*to.noise.threshold}, clock_));
        reserves_.emplace(to.reserve, std::move(reserve));
    }
}

Moderator::Verdict Moderator::judge(const Destination& to, const Line& line) {
    Verdict verdict{Fate::said, digest(to.target, line)};
    if (to.noise.is_any()) verdict.fate = fate(to, verdict.line);
    return verdict;
}

std::string Moderator::digest(const std::string& target, const Line& line) const {
    if (dedupes_.empty() || !dedupes_.contains(target)) return {};
    const auto whole = sha256({line.title, "\x1f", line.text, "\x1f", line.link});
    return {whole.begin(), whole.begin() + 16};
}

Moderator::Fate Moderator::fate(const Destination& to, const std::string& line) {
    const auto now = clock_();
    if (to.noise.dedupe.count() > 0 && journal_.was_told(to.target, line, now - to.noise.dedupe, now))
        return Fate::repeated;
    if (to.reserve.empty()) return Fate::said;
    const bool is_quiet = to.noise.quiet && to.noise.quiet->covers(now);
    if (is_quiet || journal_.pending(to.reserve) > 0) return Fate::kept;
    auto& budget = reserves_.at(to.reserve).budget;
    return budget && budget->available() == 0 ? Fate::kept : Fate::said;
}

void Moderator::note_said(const Destination& to, const std::string& line) {
    if (!line.empty()) journal_.note_told(to.target, line, clock_());
    if (to.noise.threshold) reserves_.at(to.reserve).budget->spend(1);
}

bool Moderator::is_nearer_by_last(const std::string& reserve) const {
    const auto kept = journal_.pending(reserve);
    return kept == 1 || kept == most_kept + 1;
}

void Moderator::adopt(const std::string& reserve) {
    Destination gone(target_of_reserve(reserve), {});
    gone.reserve = reserve;
    reserves_.emplace(reserve, Reserve{std::move(gone)});
}

SystemTime Moderator::opens_at(Reserve& reserve, SystemTime now) {
    const auto& quiet = reserve.to.noise.quiet;
    if (quiet && quiet->covers(now)) return quiet->end(now);
    return reserve.budget ? now + reserve.budget->opens_in() : now;
}

Digester::Task Moderator::task(Reserve& reserve) {
    const auto& to = reserve.to;
    Digester::Task task(to.target);
    task.owed_as = to.reserve;
    task.room = most_lines;
    // Half of what may be said is for what comes now.
    if (reserve.budget) task.room = std::clamp<std::size_t>(reserve.budget->available() / 2, 1, most_lines);
    const auto oldest = journal_.owed(to.reserve, 0, 1).messages;
    if (to.noise.quiet && !oldest.empty() && to.noise.quiet->covers(oldest.front().accepted_at))
        task.reason = Digest::Reason::quiet;
    return task;
}

void Moderator::tend(const std::function<void()>& commit, std::vector<Digester::Said>& said) {
    for (auto& [name, reserve] : reserves_) {
        const auto now = clock_();
        const auto kept = journal_.pending(name);
        const bool is_due = kept > 0 && opens_at(reserve, now) <= now;
        if (!is_due && !is_long(reserve)) continue;
        commit();
        const auto work = task(reserve);
        std::vector<Digester::Said> in_reserve;  // goes nowhere yet
        const bool is_short = digester_.work(work, in_reserve);
        if (!is_due || !is_short) continue;
        commit();
        const auto before = said.size();
        digester_.hand_over(work, said);
        for (auto one = before; one < said.size(); ++one)
            note_said(reserve.to, digest(reserve.to.target, *said[one].line));
        log::info("reserve.told", {{"target", reserve.to.target}, {"kept", kept}, {"lines", said.size() - before}});
    }
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
