#include "bot/road.h"

#include <utility>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace {

std::vector<std::string> names(const std::vector<std::size_t>& indices, const std::vector<std::string>& targets) {
    std::vector<std::string> named;
    named.reserve(indices.size());
    for (const auto index : indices) named.push_back(targets[index]);
    return named;
}

}  // namespace

std::string target_bridge(std::string_view target) { return std::string(target.substr(0, target.find('/'))); }

std::string target_address(std::string_view target) {
    const auto slash = target.find('/');
    return slash == std::string_view::npos ? std::string() : std::string(target.substr(slash + 1));
}

Road::Road(boost::asio::io_context& loop, Journal& journal, const Rulebook& rulebook, Router& router)
    : timer_(loop), journal_(journal), rulebook_(rulebook), router_(router), owed_at_start_(journal.pending()) {}

void Road::connect(const std::string& target, Outbox& outbox) { outboxes_[target] = &outbox; }

void Road::abandon_unknown_targets() {
    for (const auto& target : journal_.targets()) {
        if (outboxes_.contains(target)) continue;
        const auto count = journal_.abandon(target);
        counters_.abandoned += count;
        log::warn("journal.abandoned",
                  {{"target", target}, {"messages", count}, {"why", "no route names it any more"}});
    }
    journal_.commit();
}

void Road::take(std::vector<Message> messages, std::function<void()> accepted) {
    for (auto& message : messages) take_one(std::move(message));
    accepted_.push_back(std::move(accepted));
    if (staged_.size() >= most_staged)
        commit();
    else
        arm();
}

void Road::take_one(Message message) {
    auto line = std::make_shared<const Line>(rulebook_.render(message));
    ++counters_.formatted;
    if (line->is_silent) {
        ++counters_.silenced;
        return;
    }
    if (observer_) observer_(message, *line);
    const auto targets = names(router_.route(message.topic(), *line), router_.targets());
    if (targets.empty()) {
        ++counters_.unrouted;
        return;
    }
    const auto now = std::chrono::system_clock::now();
    const auto entry = journal_.accept(message, targets, now);
    if (!entry) {
        ++counters_.duplicates;
        log::debug("message.duplicate", {{"topic", message.topic()}, {"id", message.id()}});
        return;
    }
    counters_.accepted += targets.size();
    const auto shared = std::make_shared<const Message>(std::move(message));
    for (const auto& target : targets)
        staged_.emplace_back(shared, line, target_address(target), now, Share(*this, *entry, target));
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

Backlog::Page Road::read(const std::string& target, Entry after, std::size_t limit, std::size_t most_bytes) {
    auto owed = journal_.owed(target, after, limit, most_bytes);
    Page page{{}, owed.is_last};
    for (auto& one : owed.messages) {
        auto message = Message::parse(std::move(one.bytes));
        if (!message) {
            // It was read once, by another version of us. One such message must not keep all others from being served.
            log::error("journal.unreadable",
                       {{"target", target}, {"entry", one.entry}, {"why", message.problems().front().text}});
            ++counters_.unreadable;
            settle(one.entry, target, Settlement::rejected);
            continue;
        }
        const auto shared = std::make_shared<const Message>(std::move(message).value());
        auto line = std::make_shared<const Line>(rulebook_.render(*shared));
        if (line->is_silent) {
            // It had something to say when it was accepted, by other rules.
            ++counters_.silenced;
            settle(one.entry, target, Settlement::rejected);
            continue;
        }
        page.posts.emplace_back(shared, std::move(line), target_address(target), one.accepted_at,
                                Share(*this, one.entry, target));
    }
    return page;
}

std::int64_t Road::lost() const {
    return static_cast<std::int64_t>(owed_at_start_ + counters_.accepted) -
           static_cast<std::int64_t>(counters_.settled + counters_.abandoned + journal_.pending());
}

}  // namespace fedmsgbot
