#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/message.h"

namespace fedmsgbot {

// What a bridge knows of one message.
struct LedgerRecord {
    enum class State {
        sending,  // an attempt was begun; whether the server took it is not known
        posted,   // the server has it
    };

    State state;
    SystemTime begun;      // the first attempt
    SystemTime attempted;  // the last one
    std::string text;      // as it was sent, and as it must be sent again
    std::string remote_id;
    std::string url;
};

// The durable memory of a bridge whose server keeps what it is sent: which message became which remote post. Written
// BEFORE a request leaves, so that after a crash or a lost answer it is known that the server must be asked first.
// Every change is on the disk when the call returns. Every member may throw DatabaseError. One owner, one thread.
class Ledger {
public:
    // `bridge` keeps apart what several bridges write to one file.
    Ledger(const std::filesystem::path& path, std::string bridge);
    ~Ledger();

    std::optional<LedgerRecord> find(std::string_view message_id);

    // Before the first request. Precondition: there is no record of this message.
    void begin(std::string_view message_id, std::string_view text, SystemTime now);

    // Before every further request.
    void begin_again(std::string_view message_id, SystemTime now);

    void posted(std::string_view message_id, std::string_view remote_id, std::string_view url);

    // The server surely does not have it: as if it had never begun.
    void withdraw(std::string_view message_id);

    // True when the remote post is known to be that of another message: two messages can read alike.
    bool belongs_to_another(std::string_view remote_id, std::string_view message_id);

    // Forgets the oldest beyond `kept_records`, and what was not tried for `kept_for`; a bounded number a call, so call
    // it now and then, when nothing is under way.
    void tidy(SystemTime now);

    static constexpr std::int64_t kept_records = 50000;
    static constexpr std::chrono::hours kept_for{24 * 30};
    static constexpr std::int64_t forgotten_at_once = 500;

private:
    struct Statements;
    std::unique_ptr<Statements> statements_;
    std::string bridge_;
};

}  // namespace fedmsgbot
