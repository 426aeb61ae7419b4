#include "bot/road.h"

#include <algorithm>
#include <utility>

#include "bot/core/log.h"
#include "bot/core/mark.h"
#include "formatters/ready_post_reader.h"

namespace fedmsgbot {

std::string target_bridge(std::string_view target) { return std::string(target.substr(0, target.find('/'))); }

std::string target_address(std::string_view target) {
    const auto slash = target.find('/');
    return slash == std::string_view::npos ? std::string() : std::string(target.substr(slash + 1));
}

Road::Road(boost::asio::io_context& loop, Journal& journal, const Rulebook& rulebook, Router& router, LineParts parts,
           WallClock clock)
    : timer_(loop),
      hold_timer_(loop),
      reserve_timer_(loop),
      journal_(journal),
      rulebook_(rulebook),
      router_(router),
      parts_(parts),
      clock_(std::move(clock)),
      owed_at_start_(journal.pending()) {
    for (const auto& destination : router.destinations())
        if (!destination.hold.empty()) holds_.emplace(destination.hold, destination);
}

void Road::connect(const std::string& target, Outbox& outbox) { outboxes_[target] = &outbox; }

void Road::resume() {
    for (const auto& name : journal_.targets()) {
        if (outboxes_.contains(name) || moderator_.knows(name)) continue;
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
        } else if (outboxes_.contains(target_of_reserve(name))) {
            moderator_.adopt(name);
        } else {
            abandon(name);
        }
    }
    journal_.commit();
    release_ended();
    tend_reserves();
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
    const auto now = clock_();
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
    auto wanted = router_.route(message.topic(), *line, message.headers(), message.arrival());
    if (wanted.empty()) {
        ++counters_.unrouted;
        return;
    }
    const auto twin = rulebook_.twin_key(message);
    if (!twin.empty() && !drop_twins(message, twin, wanted)) return;
    std::optional<std::vector<std::string>> keys;
    const auto all = ways(message, line, wanted, keys);
    std::vector<std::string> targets;
    targets.reserve(all.size());
    for (const auto& way : all) targets.push_back(way.owed_as());
    const auto now = clock_();
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
    const auto began = std::chrono::steady_clock::now();
    for (const auto& way : all)
        if (!way.to->hold.empty() && way.line == line) hold(way.to->hold).note(*keys, began);
    const auto shared = std::make_shared<const Message>(std::move(message));
    for (const auto& way : all) follow(way, shared, *entry, now);
    arm_holds();
}

// False where every target was told of the same event under another topic.
bool Road::drop_twins(const Message& message, const std::string& twin, std::vector<std::size_t>& wanted) {
    std::erase_if(wanted, [&](auto index) {
        return journal_.has_twin(twin, message.topic(), router_.destinations()[index].target);
    });
    if (wanted.empty()) ++counters_.twins;
    return !wanted.empty();
}

std::vector<Road::Way> Road::ways(const Message& message, const std::shared_ptr<const Line>& line,
                                  const std::vector<std::size_t>& wanted,
                                  std::optional<std::vector<std::string>>& keys) {
    std::vector<Way> all;
    all.reserve(wanted.size());
    for (const auto index : wanted) {
        const auto& to = router_.destinations()[index];
        Way way{&to, shown(to.target, message, line), {Moderator::Fate::waits, {}}};
        bool waits = false;
        // A mark shares no sentence with what is genuine.
        if (!to.hold.empty() && way.line == line) {
            if (!keys) keys = rulebook_.condense_keys(message);
            waits = !hold(to.hold).lets_through(*keys);
        }
        if (!waits) way.verdict = moderator_.judge(to, *way.line);
        all.push_back(std::move(way));
    }
    return all;
}

void Road::follow(const Way& way, const std::shared_ptr<const Message>& message, Entry entry, SystemTime now) {
    switch (way.verdict.fate) {
        case Moderator::Fate::said:
            moderator_.note_said(*way.to, way.verdict.line);
            staged_.emplace_back(message, way.line, target_address(way.to->target), now,
                                 Share(*this, entry, way.to->target));
            break;
        case Moderator::Fate::waits: {
            auto& kept = hold(way.to->hold);
            kept.keep({message, entry}, std::chrono::steady_clock::now());
            if (kept.is_full()) release(kept);
            break;
        }
        case Moderator::Fate::kept:
            note_kept(*way.to);
            break;
        case Moderator::Fate::repeated:
            ++counters_.deduped;
            settle(entry, way.to->target, Settlement::repeated);
            break;
    }
}

const std::string& Road::Way::owed_as() const {
    switch (verdict.fate) {
        case Moderator::Fate::waits:
            return to->hold;
        case Moderator::Fate::kept:
            return to->reserve;
        case Moderator::Fate::said:
        case Moderator::Fate::repeated:
            break;
    }
    return to->target;
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
    stage(std::move(said));
    if (journal_.is_dirty()) commit();
    return is_done;
}

void Road::stage(std::vector<Digester::Said> said) {
    const auto now = clock_();
    for (auto& one : said)
        staged_.emplace_back(std::move(one.message), std::move(one.line), target_address(one.owed_as), now,
                             Share(*this, one.entry, one.owed_as));
}

Backlog::Page Road::read(const std::string& target, Entry after, std::size_t limit, std::size_t most_bytes) {
    auto owed = journal_.owed(target, after, limit, most_bytes);
    Page page{{}, owed.is_last};
    for (auto& one : owed.messages) {
        const auto message = digester_.message_of(one, target);
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

std::int64_t Road::lost() const {
    return static_cast<std::int64_t>(owed_at_start_ + counters_.accepted) -
           static_cast<std::int64_t>(counters_.settled + counters_.abandoned + journal_.pending());
}

}  // namespace fedmsgbot
