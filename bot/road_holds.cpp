// What the road keeps back for a while: to be condensed (holds), and by a route's threshold or quiet hours (reserves).
#include <algorithm>
#include <utility>

#include "bot/core/log.h"
#include "bot/core/mark.h"
#include "bot/road.h"
#include "formatters/bundle.h"

namespace fedmsgbot {

namespace {

// What was kept back is read in parts of so many.
constexpr std::size_t read_at_once = 100;

// When a message that was accepted at that time, perhaps by an earlier run, began to wait: a clock that was set must
// not make that longer.
Hold::TimePoint waiting_since(SystemTime accepted_at, SystemTime now, const Hold& hold) {
    const auto age = std::clamp<SystemTime::duration>(now - accepted_at, {}, hold.destination().condense.window);
    return std::chrono::steady_clock::now() - age;
}

std::vector<const Message*> pointers(const std::vector<Hold::Held>& held) {
    std::vector<const Message*> batch;
    batch.reserve(held.size());
    for (const auto& one : held) batch.push_back(one.message.get());
    return batch;
}

// The reserves open by the clock of people, which may be set: it is looked at at least so often.
constexpr std::chrono::milliseconds least_wait{10}, most_wait{20000};

}  // namespace

// What was kept back when nobody asked for signatures, and is to be marked now, is said by itself. False where it is
// not to be marked.
bool Road::say_mark(Hold& hold, const std::shared_ptr<const Message>& message, Entry entry) {
    const auto& destination = hold.destination();
    if (!message->arrival().is_suspect() ||
        !is_marked(destination.target, *message, rulebook_.render(*message, parts_)))
        return false;
    if (const auto settlement = say({marked_line(*message), {0}}, {{message, entry}}, destination))
        settle(entry, destination.hold, *settlement);
    return true;
}

void Road::read_hold(Hold& hold) {
    Entry last = 0;
    for (bool is_last = false; !is_last;) {
        auto page = journal_.owed(hold.destination().hold, last, read_at_once);
        is_last = page.is_last;
        for (auto& one : page.messages) {
            last = one.entry;
            if (auto message = digester_.message_of(one, hold.destination().hold);
                message && !say_mark(hold, message, last)) {
                const auto since = waiting_since(one.accepted_at, clock_(), hold);
                hold.note(rulebook_.condense_keys(*message), since);
                hold.keep({std::move(message), one.entry}, since);
            }
            if (hold.is_full()) release(hold);
        }
    }
}

void Road::release(Hold& hold) {
    const auto held = hold.take();
    if (held.empty()) return;
    const auto& destination = hold.destination();
    std::vector<bool> is_silent(held.size(), true);  // what rules silence by now is in no sentence
    for (const auto& condensed : rulebook_.condense(pointers(held))) {
        const auto settlement = say(condensed, held, destination);
        for (const auto member : condensed.members) {
            is_silent[member] = false;
            if (settlement) settle(held[member].entry, destination.hold, *settlement);
        }
    }
    for (std::size_t n = 0; n < held.size(); ++n) {
        if (!is_silent[n]) continue;
        ++counters_.silenced;
        settle(held[n].entry, destination.hold, Settlement::rejected);
    }
    log::debug("hold.released", {{"target", destination.target}, {"messages", held.size()}});
    arm();
}

// How its members are to be settled; nothing where the journal would not have it: then they stay owed.
std::optional<Settlement> Road::say(const Condensed& condensed, const std::vector<Hold::Held>& held,
                                    const Destination& destination) {
    const auto verdict = moderator_.judge(destination, condensed.line);
    if (verdict.fate == Moderator::Fate::repeated) {
        counters_.deduped += condensed.members.size();
        return Settlement::repeated;
    }
    auto made = bundle(condensed, pointers(held), destination.hold);
    if (condensed.members.size() == 1) made.note_arrival(held[condensed.members.front()].message->arrival());
    const bool is_kept = verdict.fate == Moderator::Fate::kept;
    const auto& owed_as = is_kept ? destination.reserve : destination.target;
    const auto entry = digester_.accept(made, owed_as);
    if (!entry) return std::nullopt;
    const bool is_alone = condensed.members.size() == 1;
    if (is_alone) {
        ++counters_.moved;
    } else {
        counters_.condensed += condensed.members.size();
        ++counters_.sentences;
    }
    if (is_kept) {
        note_kept(destination);
        return Settlement::condensed;
    }
    moderator_.note_said(destination, verdict.line);
    auto message =
        is_alone ? held[condensed.members.front()].message : std::make_shared<const Message>(std::move(made));
    staged_.emplace_back(std::move(message), std::make_shared<const Line>(condensed.line),
                         target_address(destination.target), clock_(), Share(*this, *entry, destination.target));
    return Settlement::condensed;
}

void Road::release_holds() {
    for (auto& [name, hold] : holds_) release(hold);
}

void Road::release_ended() {
    const auto now = std::chrono::steady_clock::now();
    for (auto& [name, hold] : holds_)
        if (const auto ends = hold.ends(); ends && *ends <= now) release(hold);
    arm_holds();
}

// One timer for all windows: it is set for the one that ends first.
void Road::arm_holds() {
    std::optional<Hold::TimePoint> next;
    for (const auto& [name, hold] : holds_)
        if (const auto ends = hold.ends(); ends && (!next || *ends < *next)) next = ends;
    if (!next || next == holds_end_) return;
    holds_end_ = next;
    hold_timer_.expires_at(*next);
    hold_timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        holds_end_.reset();
        release_ended();
    });
}

// Each line that is kept back asks, and all reserves are looked at: only where that can be of use.
void Road::note_kept(const Destination& to) {
    ++counters_.kept;
    if (moderator_.is_nearer_by_last(to.reserve)) arm_reserves();
}

void Road::arm_reserves() {
    const auto next = moderator_.next();
    if (!next || (reserves_open_ && *reserves_open_ <= *next)) return;
    reserves_open_ = *next;
    reserve_timer_.expires_after(
        std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*next - clock_()), least_wait, most_wait));
    reserve_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) tend_reserves();
    });
}

void Road::tend_reserves() {
    reserves_open_.reset();
    std::vector<Digester::Said> said;
    moderator_.tend([this] { commit(); }, said);
    stage(std::move(said));
    if (journal_.is_dirty()) commit();
    arm_reserves();
}

}  // namespace fedmsgbot
