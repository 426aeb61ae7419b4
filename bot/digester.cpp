#include "bot/digester.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "bot/core/log.h"
#include "bot/core/mark.h"
#include "bot/flow/lane.h"
#include "formatters/bundle.h"
#include "formatters/ready_post_reader.h"

namespace fedmsgbot {

namespace {

// What is looked at in one part: it is one transaction, and keeps the loop for some tens of milliseconds.
constexpr std::size_t most_messages = 1000;
constexpr std::size_t most_bytes = 8 * 1024 * 1024;

bool is_own(const Message& message) { return message.topic().starts_with(own_topics) && !is_ready_post(message); }

}  // namespace

Digester::Items Digester::read(const Task& task, OwedPage& page) {
    Items items;
    items.reserve(page.messages.size());
    for (auto& owed : page.messages)
        if (auto item = read(task, owed)) items.push_back(std::move(*item));
    return items;
}

std::optional<Digester::Item> Digester::read(const Task& task, OwedMessage& owed) {
    auto message = message_of(owed, task.owed_as);
    if (!message) return std::nullopt;
    const auto reason = digest_reason(*message);
    const bool is_expired = reason ? *reason == Digest::Reason::expired
                                   : task.too_old && dates_from(*message, owed.accepted_at) < *task.too_old;
    return Item{std::move(message), owed.entry, owed.accepted_at, reason.has_value(), is_expired};
}

std::shared_ptr<const Message> Digester::message_of(OwedMessage& owed, const std::string& owed_as) {
    auto message = Message::parse(std::move(owed.bytes));
    if (message) {
        auto alone = lone_member(*message);
        auto whole = alone ? std::move(*alone) : std::move(message).value();
        whole.note_arrival(owed.arrival);
        return std::make_shared<const Message>(std::move(whole));
    }
    log::error("journal.unreadable",
               {{"target", owed_as}, {"entry", owed.entry}, {"why", message.problems().front().text}});
    ++counters_.unreadable;
    book_.settle(owed.entry, owed_as, Settlement::rejected);
    return nullptr;
}

Line Digester::line_of(const Message& message) const {
    return is_ready_post(message) ? *read_ready_post(message).value().line : rulebook_.render(message);
}

// Another bot's post counts as what that bot had it from.
void Digester::count(Digest& digest, const Item& item) const {
    if (!is_ready_post(*item.message)) return digest.add(*item.message, line_of(*item.message), item.accepted_at);
    const auto post = read_ready_post(*item.message).value();
    digest.add(*post.message, *post.line, item.accepted_at);
}

// What neither is a digest nor has expired, in the order of the first members; what rules silence by now is settled.
std::vector<Digester::Sentence> Digester::sentences(const Task& task, const Items& items) {
    std::vector<Sentence> found;
    std::vector<std::size_t> places;
    std::vector<const Message*> batch;
    std::vector<bool> is_said(items.size(), false);
    for (std::size_t n = 0; n < items.size(); ++n) {
        const auto& item = items[n];
        is_said[n] = item.is_digest || item.is_expired;
        if (is_said[n]) continue;
        auto line = line_of(*item.message);
        const bool is_marked =
            !line.is_silent && !is_ready_post(*item.message) && is_marked_(task.target, *item.message, line);
        if (is_marked || is_own(*item.message) || is_ready_post(*item.message)) {
            is_said[n] = true;
            // Two sentences with the same words may tell different numbers of messages.
            found.push_back({std::move(line), {n}, false, true});
        } else {
            places.push_back(n);
            batch.push_back(item.message.get());
        }
    }
    for (auto& condensed : rulebook_.condense(batch)) {
        for (auto& member : condensed.members) is_said[member = places[member]] = true;
        found.push_back({std::move(condensed.line), std::move(condensed.members)});
    }
    for (std::size_t n = 0; n < items.size(); ++n)
        if (!is_said[n]) settle(items[n], task.owed_as, counters_.silenced, Settlement::rejected);
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.members.front() < b.members.front(); });
    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> known;
    std::vector<Sentence> unequal;
    for (auto& one : found) {
        if (one.stays_alone) {
            unequal.push_back(std::move(one));
            continue;
        }
        const auto [at, is_new] = known.try_emplace({one.line.title, one.line.text, one.line.link}, unequal.size());
        if (is_new) {
            unequal.push_back(std::move(one));
            continue;
        }
        auto& first = unequal[at->second];
        first.members.insert(first.members.end(), one.members.begin(), one.members.end());
        first.is_collapsed = true;
    }
    for (auto& one : unequal)
        if (one.is_collapsed) one.line.text += fmt::format(" (x{})", one.members.size());
    return unequal;
}

void Digester::settle(const Item& item, const std::string& owed_as, std::uint64_t& counter, Settlement settlement) {
    ++(is_own(*item.message) ? counters_.merged : counter);
    book_.settle(item.entry, owed_as, settlement);
}

std::optional<Entry> Digester::accept(const Message& message, const std::string& owed_as) {
    const auto entry = journal_.accept(message, {owed_as}, clock_());
    if (entry)
        ++counters_.accepted;
    else
        log::error("hold.refused", {{"target", owed_as}, {"id", message.id()}, {"why", "an id that is known"}});
    return entry;
}

// Of several members. False where the journal would not have it: then they stay owed.
bool Digester::say(const Sentence& sentence, const Items& items, const std::vector<const Message*>& batch,
                   const std::string& owed_as, std::vector<Said>& said) {
    const Condensed condensed{sentence.line, sentence.members};
    auto made = bundle(condensed, batch, fmt::format("{} {}", owed_as, items[sentence.members.front()].entry));
    const auto entry = accept(made, owed_as);
    if (!entry) return false;
    ++counters_.sentences;
    auto& counter = sentence.is_collapsed ? counters_.collapsed : counters_.condensed;
    for (const auto member : sentence.members) settle(items[member], owed_as, counter, Settlement::condensed);
    said.push_back({owed_as, *entry, std::make_shared<const Message>(std::move(made)),
                    std::make_shared<const Line>(sentence.line)});
    return true;
}

void Digester::tell(const Digest& digest, const std::vector<const Item*>& members, const std::string& owed_as,
                    std::vector<Said>& said) {
    // The first member is settled with it, so no other digest has the same key.
    auto message = digest.message(timeline_, fmt::format("{} {}", owed_as, members.front()->entry));
    const auto entry = accept(message, owed_as);
    if (!entry) return;
    ++counters_.sentences;
    const bool is_expired = digest.reason() == Digest::Reason::expired;
    for (const auto* member : members)
        settle(*member, owed_as, is_expired ? counters_.expired : counters_.digested,
               is_expired ? Settlement::expired : Settlement::condensed);
    auto line = std::make_shared<const Line>(rulebook_.render(message));
    log::info("digest", {{"target", owed_as}, {"messages", digest.messages()}, {"says", line->text}});
    said.push_back({owed_as, *entry, std::make_shared<const Message>(std::move(message)), std::move(line)});
}

void Digester::hand_over(const Task& task, std::vector<Said>& said) {
    auto page = journal_.owed(task.owed_as, 0, most_messages, most_bytes);
    for (auto& owed : page.messages) {
        const auto item = read(task, owed);
        if (!item) continue;
        auto line = std::make_shared<const Line>(line_of(*item->message));
        if (is_marked_(task.target, *item->message, *line))
            line = std::make_shared<const Line>(marked_line(*item->message));
        auto made = bundle({*line, {0}}, {item->message.get()}, fmt::format("{} {}", task.owed_as, item->entry));
        made.note_arrival(item->message->arrival());
        const auto entry = accept(made, task.target);
        if (!entry) continue;
        ++counters_.moved;
        book_.settle(item->entry, task.owed_as, Settlement::condensed);
        said.push_back({task.target, *entry, item->message, std::move(line)});
    }
}

bool Digester::work(const Task& task, std::vector<Said>& said) {
    auto page = journal_.owed(task.owed_as, task.after, most_messages, most_bytes);
    const bool may_have_expired =
        task.too_old && std::any_of(page.messages.begin(), page.messages.end(), [&](const auto& one) {
            return one.arrival.is_late || one.accepted_at < *task.too_old;
        });
    const bool fits = page.is_last && page.messages.size() <= task.room && !may_have_expired && !task.is_reserve();
    if (page.messages.empty() || fits) return true;
    const auto items = read(task, page);
    const auto all = sentences(task, items);
    std::vector<const Message*> batch;
    for (const auto& item : items) batch.push_back(item.message.get());

    Digest rest(task.reason), expired(Digest::Reason::expired);
    std::vector<const Item*> in_rest, in_expired;
    for (const auto& item : items) {
        if (!item.is_digest && !item.is_expired) continue;
        count(item.is_expired ? expired : rest, item);
        (item.is_expired ? in_expired : in_rest).push_back(&item);
    }
    // What comes after this part is told with the rest.
    const bool is_too_much = !page.is_last || all.size() + in_rest.size() + in_expired.size() > task.room;
    const std::size_t digests = (is_too_much || !in_rest.empty()) + !in_expired.empty();
    const std::size_t kept = is_too_much ? task.room - std::min(task.room, digests) : all.size();
    bool has_changed = false;
    for (std::size_t n = 0; n < all.size(); ++n) {
        const auto& sentence = all[n];
        if (n < kept) {
            // Alone, it is owed as it is.
            if (sentence.members.size() > 1)
                has_changed = say(sentence, items, batch, task.owed_as, said) || has_changed;
            continue;
        }
        for (const auto member : sentence.members) {
            const auto& item = items[member];
            count(rest, item);
            in_rest.push_back(&item);
        }
    }
    for (const auto& [digest, members] : {std::pair(&rest, &in_rest), std::pair(&expired, &in_expired)}) {
        // One that is nothing but the digest before it stays that.
        if (members->empty() || (members->size() == 1 && members->front()->is_digest)) continue;
        tell(*digest, *members, task.owed_as, said);
        has_changed = true;
    }
    return page.is_last || !has_changed;
}

}  // namespace fedmsgbot
