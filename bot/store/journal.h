#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/message.h"
#include "bot/core/receipt.h"
#include "bot/store/said_log.h"

namespace fedmsgbot {

// What the journal still keeps for a target.
struct OwedMessage {
    Entry entry;
    SystemTime accepted_at;
    std::string bytes;  // Message::parse makes the message of it again
    Arrival arrival;
};

// A time in which a source did not hear, as far as an archive was asked about it.
struct Gap {
    std::int64_t number = 0;  // the journal gives it
    SystemTime from, to;
    std::uint64_t row = 0;  // how many of the archive's rows were taken
};

// A part of what a target is owed.
struct OwedPage {
    std::vector<OwedMessage> messages;
    bool is_last = true;  // nothing committed comes after it
};

// The durable memory between a source and the targets: which messages were accepted, and which targets still owe an
// answer. Group commit: accept() and settle() write into an open transaction, commit() makes them durable together, so
// the disk is not touched once a message. What was committed survives kill -9 and power loss; a settlement that was not
// is served again. Every member may throw DatabaseError; after that the open transaction is gone and every later call
// throws it again, so that nobody goes on as if it were there. Its memory does not grow with what is pending.
// One owner, one thread.
class Journal : public Receipts {
public:
    explicit Journal(const std::filesystem::path& path);
    ~Journal() override;

    // Nothing when a message with this id was accepted before (within the last `remembered_ids`): a duplicate. A year
    // at an id's front does not count: the bridges between Fedora's two buses add `2024-`, and it is the same message.
    // Precondition: targets is not empty and names each once.
    std::optional<Entry> accept(const Message& message, const std::vector<std::string>& targets, SystemTime now);

    // Does nothing where nothing is owed.
    void settle(Entry entry, const std::string& target, Settlement settlement) override;

    bool is_dirty() const;  // there is something to commit
    void commit();

    // Committed messages that `target` owes, with entries after `after`, oldest first: at most `limit`, and none after
    // their bytes have come to `most_bytes`.
    OwedPage owed(std::string_view target, Entry after, std::size_t limit, std::size_t most_bytes = 16 * 1024 * 1024);

    // Whether `target` was told, under another topic, of the event with this key: within the last `remembered_ids`.
    bool has_twin(const std::string& key, const std::string& topic, const std::string& target);
    void note_twin(const std::string& key, const std::string& topic, const std::string& target, Entry entry);

    // What was said lately (SaidLog; `line`: a digest of it), in the same transaction as what is owed for it.
    bool was_told(std::string_view target, std::string_view line, SystemTime since, SystemTime now);
    void note_told(std::string_view target, std::string_view line, SystemTime now);
    void spend(std::string_view meter, SystemTime at, std::int64_t count, std::chrono::seconds kept);
    std::vector<Spending> spent(std::string_view meter, SystemTime now);

    // When a source was last known to hear, and where it did not. Durable with the next commit, together with what was
    // accepted before.
    void hear(const std::string& source, SystemTime at);
    std::optional<SystemTime> last_heard(const std::string& source);
    void put_gap(const std::string& source, Gap& gap);  // a new one has the number 0, and gets one
    void close_gap(const Gap& gap);
    std::vector<Gap> gaps(const std::string& source);  // oldest first

    std::uint64_t pending() const;  // shares owed, over all targets; counted in memory
    std::uint64_t pending(std::string_view target) const;
    std::vector<std::string> targets() const;  // that owe something, also ones no route names any more

    // Gives up what a target owes: it is gone from the configuration. How many.
    std::uint64_t abandon(std::string_view target);

    // Forgets settled messages beyond the ids that the duplicate check remembers, and gives free space back to the file
    // system, a bounded amount a call; commits. Call it now and then. commit() forgets as much as was accepted, so a
    // busy journal stays bounded between the calls.
    void tidy();

    static constexpr std::uint64_t remembered_ids = 200000;

private:
    struct State;
    template <class Work>
    auto guarded(Work work);
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
