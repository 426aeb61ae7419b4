#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "bot/store/ledger.h"
#include "bridges/bridge.h"
#include "bridges/microblog/microblog_api.h"

namespace fedmsgbot {

struct PosterSettings {
    Mentions mentions = Mentions::strip;
    // A request whose answer was lost may still be at work on the server: how long after its start the account's own
    // posts are believed.
    std::chrono::milliseconds settling{3000};
};

// The bridge to an account on a microblog, of any kind. Its promise: a message is on the account at most once, and at
// least once when deliver() said `delivered`, whatever breaks between. The means: the ledger is written before a
// request leaves; when an outcome is not known, the account's own posts are read before anything is sent again; the
// server's idempotency key, where it has one, is a second net. One thread.
class Poster : public Bridge {
public:
    Poster(std::string name, std::unique_ptr<MicroblogApi> api, std::unique_ptr<Ledger> ledger,
           PosterSettings settings);

    boost::asio::awaitable<void> run() override;  // there is nothing to keep: returns at once
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override;
    std::size_t batch_limit() const override { return 1; }  // one request each

private:
    using Deadline = MicroblogApi::Deadline;
    enum class Search { found, absent, unclear, cancelled };

    boost::asio::awaitable<Outcome> deliver_one(const Post& post, Deadline until);
    boost::asio::awaitable<std::optional<Outcome>> clear_up(const std::string& id, const LedgerRecord& record,
                                                            Deadline until);
    boost::asio::awaitable<Search> look_back(const std::string& id, const LedgerRecord& record, Deadline until);
    Search find_among(const OwnPosts& page, const std::string& id, const LedgerRecord& record);
    Outcome settle(const Attempt& attempt, const std::string& id, bool is_first);
    Outcome hold(std::string why, std::chrono::milliseconds wait);
    void note_shut_out(const std::string& why);
    void note_open();
    void tidy_now_and_then();

    std::string name_;
    std::unique_ptr<MicroblogApi> api_;
    std::unique_ptr<Ledger> ledger_;
    PosterSettings settings_;

    std::optional<TextLimits> limits_;  // asked for before the first post
    std::string absent_;                // the message that a look-back did not find, and that was not sent since
    std::chrono::steady_clock::time_point not_before_{};  // the server asked for patience until then
    std::string hold_reason_;
    bool is_shut_out_ = false;
    std::string trouble_;  // why the last look-back was unclear
    std::optional<std::chrono::milliseconds> trouble_wait_;
    int until_tidy_ = 0;
};

}  // namespace fedmsgbot
