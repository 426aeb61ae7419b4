#include "bot/road.h"

#include <algorithm>
#include <utility>

#include "bot/core/log.h"
#include "bot/core/mark.h"
#include "formatters/bundle.h"
#include "formatters/ready_post_reader.h"

namespace fedmsgbot {

namespace {

// What was kept back is read in parts of so many.
constexpr std::size_t read_at_once = 100;

// When a message that was accepted at that time, perhaps by an earlier run, began to wait: a clock that was set must
// not make that longer.
Hold::TimePoint waiting_since(SystemTime accepted_at, const Hold& hold) {
    const auto age = std::clamp<SystemTime::duration>(std::chrono::system_clock::now() - accepted_at, {},
                                                      hold.destination().condense.window);
    return std::chrono::steady_clock::now() - age;
}

std::vector<const Message*> pointers(const std::vector<Hold::Held>& held) {
    std::vector<const Message*> batch;
    batch.reserve(held.size());
    for (const auto& one : held) batch.push_back(one.message.get());
    return batch;
}

}  // namespace

std::string target_bridge(std::string_view target) { return std::string(target.substr(0, target.find('/'))); }

std::string target_address(std::string_view target) {
    const auto slash = target.find('/');
    return slash == std::string_view::npos ? std::string() : std::string(target.substr(slash + 1));
}

Road::Road(boost::asio::io_context& loop, Journal& journal, const Rulebook& rulebook, Router& router, LineParts parts)
    : timer_(loop),
      hold_timer_(loop),
      journal_(journal),
      rulebook_(rulebook),
      router_(router),
      parts_(parts),
      owed_at_start_(journal.pending()) {
    for (const auto& destination : router.destinations())
        if (!destination.hold.empty()) holds_.emplace(destination.hold, destination);
}

void Road::connect(const std::string& target, Outbox& outbox) { outboxes_[target] = &outbox; }

void Road::resume() {
    for (const auto& name : journal_.targets()) {
        if (outboxes_.contains(name)) continue;
        const auto known = holds_.find(name);
        const auto target = target_of_hold(name);
        if (known != holds_.end()) {
            read_hold(known->second);
        } else if (outboxes_.contains(target)) {
            Destination gone(target, {});
            gone.hold = name;
            Hold hold(std::move(gone));
            read_hold(hold);
            release(hold);
        } else {
            abandon(name);
        }
    }
    journal_.commit();
    release_ended();
}

void Road::abandon(const std::string& target) {
    const auto count = journal_.abandon(target);
    counters_.abandoned += count;
    log::warn("journal.abandoned", {{"target", target}, {"messages", count}, {"why", "no route names it any more"}});
}

void Road::take(std::vector<Message> messages, std::function<void()> accepted) {
    for (auto& message : messages) take_one(std::move(message));
    expect_commit(std::move(accepted));
}

void Road::take_posts(const std::vector<Message>& records, std::function<void()> accepted) {
    for (const auto& record : records) take_post(record);
    expect_commit(std::move(accepted));
}

void Road::expect_commit(std::function<void()> accepted) {
    accepted_.push_back(std::move(accepted));
    if (staged_.size() >= most_staged)
        commit();
    else
        arm();
}

void Road::take_post(const Message& record) {
    auto post = read_ready_post(record);
    const bool is_ours = post && outboxes_.contains(post->target);
    if (!is_ours) {
        ++counters_.unfit;
        std::uint64_t held_back = 0;
        const auto why = post ? "no target of ours: " + post->target : post.problems().front().text;
        if (unfit_limit_.admits(held_back))
            log::warn("post.unfit", {{"id", record.id()}, {"why", why}, {"not_logged", held_back}});
        return;
    }
    if (observer_) observer_(*post->message, *post->line);
    const auto now = std::chrono::system_clock::now();
    const auto entry = journal_.accept(record, {post->target}, now);
    if (!entry) {
        ++counters_.duplicates;
        log::debug("message.duplicate", {{"topic", post->message->topic()}, {"id", record.id()}});
        return;
    }
    ++counters_.accepted;
    staged_.emplace_back(post->message, post->line, target_address(post->target), now,
                         Share(*this, *entry, post->target));
}

void Road::take_one(Message message) {
    if (message.topic().starts_with(own_topics)) {
        // A source asks by the topic's bytes; here it is cleaned.
        ++counters_.forged;
        std::uint64_t held_back = 0;
        if (forged_limit_.admits(held_back))
            log::warn("message.forged", {{"topic", message.topic()}, {"id", message.id()}, {"not_logged", held_back}});
        return;
    }
    auto line = std::make_shared<const Line>(rulebook_.render(message, parts_));
    ++counters_.formatted;
    if (line->is_silent) {
        ++counters_.silenced;
        return;
    }
    if (observer_) observer_(message, *line);
    const auto now = std::chrono::system_clock::now();
    auto wanted = router_.route(message.topic(), *line, message.headers(), message.arrival());
    if (wanted.empty()) {
        ++counters_.unrouted;
        return;
    }
    const auto twin = rulebook_.twin_key(message);
    if (!twin.empty()) {
        std::erase_if(wanted, [&](auto index) {
            return journal_.has_twin(twin, message.topic(), router_.destinations()[index].target);
        });
        if (wanted.empty()) {
            ++counters_.twins;
            return;
        }
    }
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::string> targets;
    targets.reserve(wanted.size());
    std::optional<std::vector<std::string>> keys;
    for (const auto index : wanted) {
        const auto& to = router_.destinations()[index];
        // A mark shares no sentence with what is genuine.
        const bool is_alone = to.hold.empty() || is_marked(to.target, message, *line);
        if (!is_alone && !keys) keys = rulebook_.condense_keys(message);
        const bool goes = is_alone || hold(to.hold).lets_through(*keys);
        targets.push_back(goes ? to.target : to.hold);
    }
    const auto entry = journal_.accept(message, targets, now);
    if (!entry) {
        ++counters_.duplicates;
        log::debug("message.duplicate", {{"topic", message.topic()}, {"id", message.id()}});
        return;
    }
    counters_.accepted += targets.size();
    if (!twin.empty())
        for (const auto index : wanted)
            journal_.note_twin(twin, message.topic(), router_.destinations()[index].target, *entry);
    for (const auto index : wanted) {
        const auto& to = router_.destinations()[index];
        if (!to.hold.empty() && !is_marked(to.target, message, *line)) hold(to.hold).note(*keys, began);
    }
    const auto shared = std::make_shared<const Message>(std::move(message));
    for (const auto& target : targets) {
        if (outboxes_.contains(target)) {
            staged_.emplace_back(shared, shown(target, *shared, line), target_address(target), now,
                                 Share(*this, *entry, target));
            continue;
        }
        auto& kept = hold(target);
        kept.keep({shared, *entry}, began);
        if (kept.is_full()) release(kept);
    }
    arm_holds();
}

bool Road::is_marked(const std::string& target, const Message& message, const Line& line) const {
    return router_.marks(target, message.topic(), line, message.headers(), message.arrival());
}

// What the target gets to see of the message.
std::shared_ptr<const Line> Road::shown(const std::string& target, const Message& message,
                                        std::shared_ptr<const Line> line) const {
    if (!is_marked(target, message, *line)) return line;
    return std::make_shared<const Line>(marked_line(message));
}

// What was kept back when nobody asked for signatures, and is to be marked now, is said by itself. False where it is
// not to be marked.
bool Road::say_mark(Hold& hold, const std::shared_ptr<const Message>& message, Entry entry) {
    const auto& destination = hold.destination();
    if (!message->arrival().is_suspect() ||
        !is_marked(destination.target, *message, rulebook_.render(*message, parts_)))
        return false;
    if (say({marked_line(*message), {0}}, {{message, entry}}, destination))
        settle(entry, destination.hold, Settlement::condensed);
    return true;
}

void Road::read_hold(Hold& hold) {
    Entry last = 0;
    for (bool is_last = false; !is_last;) {
        auto page = journal_.owed(hold.destination().hold, last, read_at_once);
        is_last = page.is_last;
        for (auto& one : page.messages) {
            last = one.entry;
            if (auto message = read(hold.destination().hold, one); message && !say_mark(hold, message, last)) {
                const auto since = waiting_since(one.accepted_at, hold);
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
        const bool is_said = say(condensed, held, destination);
        for (const auto member : condensed.members) {
            is_silent[member] = false;
            if (is_said) settle(held[member].entry, destination.hold, Settlement::condensed);
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

// False where the journal would not have it: then its members stay owed.
bool Road::say(const Condensed& condensed, const std::vector<Hold::Held>& held, const Destination& destination) {
    const auto now = std::chrono::system_clock::now();
    auto made = bundle(condensed, pointers(held), destination.hold);
    if (condensed.members.size() == 1) made.note_arrival(held[condensed.members.front()].message->arrival());
    const auto entry = journal_.accept(made, {destination.target}, now);
    if (!entry) {
        log::error("hold.refused", {{"target", destination.target}, {"id", made.id()}, {"why", "an id that is known"}});
        return false;
    }
    ++counters_.accepted;
    const bool is_alone = condensed.members.size() == 1;
    if (!is_alone) {
        counters_.condensed += condensed.members.size();
        ++counters_.sentences;
    }
    auto message =
        is_alone ? held[condensed.members.front()].message : std::make_shared<const Message>(std::move(made));
    staged_.emplace_back(std::move(message), std::make_shared<const Line>(condensed.line),
                         target_address(destination.target), now, Share(*this, *entry, destination.target));
    return true;
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

void Road::arm() {
    if (std::exchange(armed_, true)) return;
    timer_.expires_at(next_commit_);
    timer_.async_wait([this](boost::system::error_code error) {
        armed_ = false;
        if (!error) commit();
    });
}

void Road::commit() {
    journal_.commit();
    next_commit_ = std::chrono::steady_clock::now() + commit_every;
    for (auto& post : std::exchange(staged_, {})) {
        auto& outbox = *outboxes_.at(post.share.target());
        outbox.offer(std::move(post));
    }
    for (const auto& accepted : std::exchange(accepted_, {})) accepted();
}

void Road::settle(Entry entry, const std::string& target, Settlement settlement) {
    journal_.settle(entry, target, settlement);
    ++counters_.settled;
    arm();
}

// A lane that is behind asks, so it takes nothing that the commit offers to it: it reads on in the journal.
bool Road::shorten(const std::string& target, Entry after, std::size_t room, std::optional<SystemTime> too_old) {
    Digester::Task task(target);
    task.after = after;
    task.room = room;
    task.too_old = too_old;
    std::vector<Digester::Said> said;
    const bool is_done = digester_.work(task, said);
    for (auto& one : said)
        staged_.emplace_back(std::move(one.message), std::move(one.line), target_address(target),
                             std::chrono::system_clock::now(), Share(*this, one.entry, target));
    if (journal_.is_dirty()) commit();
    return is_done;
}

Backlog::Page Road::read(const std::string& target, Entry after, std::size_t limit, std::size_t most_bytes) {
    auto owed = journal_.owed(target, after, limit, most_bytes);
    Page page{{}, owed.is_last};
    for (auto& one : owed.messages) {
        const auto message = read(target, one);
        if (!message) continue;
        if (is_ready_post(*message)) {
            // It was good when it was accepted, and its bytes are the same.
            auto post = read_ready_post(*message).value();
            page.posts.emplace_back(std::move(post.message), std::move(post.line), target_address(target),
                                    one.accepted_at, Share(*this, one.entry, target));
            continue;
        }
        auto line = std::make_shared<const Line>(rulebook_.render(*message, parts_));
        if (line->is_silent) {
            // It had something to say when it was accepted, by other rules.
            ++counters_.silenced;
            settle(one.entry, target, Settlement::rejected);
            continue;
        }
        page.posts.emplace_back(message, shown(target, *message, std::move(line)), target_address(target),
                                one.accepted_at, Share(*this, one.entry, target));
    }
    return page;
}

// Null where it is a message no more: then it is settled. It was read once, by another version of us. One such message
// must not keep all others from being served.
std::shared_ptr<const Message> Road::read(const std::string& target, OwedMessage& owed) {
    auto message = Message::parse(std::move(owed.bytes));
    if (message) {
        auto alone = lone_member(*message);
        auto whole = alone ? std::move(*alone) : std::move(message).value();
        whole.note_arrival(owed.arrival);
        return std::make_shared<const Message>(std::move(whole));
    }
    log::error("journal.unreadable",
               {{"target", target}, {"entry", owed.entry}, {"why", message.problems().front().text}});
    ++counters_.unreadable;
    settle(owed.entry, target, Settlement::rejected);
    return nullptr;
}

std::int64_t Road::lost() const {
    return static_cast<std::int64_t>(owed_at_start_ + counters_.accepted) -
           static_cast<std::int64_t>(counters_.settled + counters_.abandoned + journal_.pending());
}

}  // namespace fedmsgbot
