#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/file_stamp.h"
#include "bot/flow/pacer.h"
#include "bot/store/ledger.h"
#include "bridges/bridge.h"
#include "bridges/microblog/draft.h"
#include "bridges/microblog/microblog_api.h"
#include "bridges/microblog/post_style.h"

namespace fedmsgbot {

struct PosterSettings {
    PostStyle style;
    // The files that hold what it logs in with: when one changes, a refused login is tried anew.
    std::vector<std::filesystem::path> login_files{};
    // What every post of a thread but the first is charged to, as the outbox does for that; may be null.
    Pacer* pacer = nullptr;
    // A request whose answer was lost may still be at work on the server: how long after its start the account's own
    // posts are believed.
    std::chrono::milliseconds settling{3000};
};

// The bridge to an account on a microblog, of any kind. Its promise: a message is on the account at most once, and at
// least once when deliver() said `delivered`, whatever breaks between; of a thread, each of its posts. The means: the
// ledger is written before a request leaves; when an outcome is not known, the account's own posts are read before
// anything is sent again; the server's idempotency key, where it has one, is a second net. One thread.
class Poster : public Bridge {
public:
    Poster(std::string name, std::unique_ptr<MicroblogApi> api, std::unique_ptr<Ledger> ledger,
           PosterSettings settings);

    boost::asio::awaitable<void> run() override;  // there is nothing to keep: returns at once
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override;
    std::size_t batch_limit() const override { return 1; }  // one message each

private:
    using Deadline = MicroblogApi::Deadline;
    enum class Search { found, absent, unclear, closed, cancelled };

    // One post of a message's thread.
    struct Part {
        std::string id;        // of the message, and its place in the thread
        std::string text;      // what readers see
        std::string recorded;  // what the ledger is to keep for it, where it keeps nothing yet
        std::string warning;
        std::string reply_to;
    };

    boost::asio::awaitable<Outcome> deliver_one(const Post& post, Deadline until);
    // `record`: what the ledger knows of it.
    boost::asio::awaitable<Outcome> deliver_part(const Part& part, const std::optional<LedgerRecord>& record,
                                                 Deadline until);
    std::optional<Outcome> closed() const;
    boost::asio::awaitable<std::optional<Outcome>> clear_up(const Part& part, const LedgerRecord& record,
                                                            Deadline until);
    boost::asio::awaitable<Search> look_back(const Part& part, const LedgerRecord& record, Deadline until);
    Search find_among(const OwnPosts& page, const Part& part, const LedgerRecord& record);
    Outcome settle(const Attempt& attempt, const std::string& id, bool is_first);
    Outcome hold(std::string why, std::chrono::milliseconds wait);
    Outcome shut_out(const std::string& why);
    Outcome until_next_look() const;
    std::vector<std::optional<FileStamp>> login_stamps() const;
    void note_open();
    void tidy_now_and_then();

    std::string name_;
    std::unique_ptr<MicroblogApi> api_;
    std::unique_ptr<Ledger> ledger_;
    PosterSettings settings_;

    std::optional<TextLimits> limits_;  // asked for before the first post
    std::string absent_;                // the post that a look-back did not find, and that was not sent since
    std::chrono::steady_clock::time_point not_before_{};  // the server asked for patience until then
    std::string hold_reason_;
    bool is_shut_out_ = false;
    std::string shut_out_reason_;
    std::chrono::steady_clock::time_point shut_out_until_{};
    using Stamps = std::vector<std::optional<FileStamp>>;
    Stamps login_;          // the login files as they were before the request that is under way
    Stamps refused_login_;  // and before the one that was refused
    std::string trouble_;   // why the last look-back was unclear
    std::optional<std::chrono::milliseconds> trouble_wait_;
    int until_tidy_ = 0;
};

}  // namespace fedmsgbot
