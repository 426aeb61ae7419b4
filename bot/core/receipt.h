#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace fedmsgbot {

// A message's number in the journal; rises in the order of acceptance, never used again.
using Entry = std::uint64_t;

// How a target's share of a message ended for good.
enum class Settlement {
    delivered,
    rejected,
    expired,
    condensed,  // another message, owed to the same target, has it in its sentence
    repeated,   // the target was told the same words shortly before
};

// The answer book: which target still owes an answer for which message. The journal keeps it.
class Receipts {
public:
    virtual ~Receipts() = default;
    virtual void settle(Entry entry, const std::string& target, Settlement settlement) = 0;
};

// One target's part of one message's receipt. Move-only; settled at most once.
// A share that dies unsettled leaves the message owed: forgetting can never look like success, and the journal serves
// it again. The book must outlive it.
class Share {
public:
    Share(Receipts& book, Entry entry, std::string target) : book_(&book), entry_(entry), target_(std::move(target)) {}
    Share(Share&& other) noexcept
        : book_(std::exchange(other.book_, nullptr)), entry_(other.entry_), target_(std::move(other.target_)) {}
    Share& operator=(Share&& other) noexcept {
        book_ = std::exchange(other.book_, nullptr);
        entry_ = other.entry_;
        target_ = std::move(other.target_);
        return *this;
    }

    // The second and later calls do nothing.
    void settle(Settlement settlement) {
        if (auto* book = std::exchange(book_, nullptr)) book->settle(entry_, target_, settlement);
    }

    Entry entry() const { return entry_; }
    const std::string& target() const { return target_; }  // as in the configuration: `libera/#fedora-fedmsg`

private:
    Receipts* book_;
    Entry entry_;
    std::string target_;
};

}  // namespace fedmsgbot
