#include "bridges/microblog/poster.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/this_coro.hpp>

#include "bot/core/log.h"
#include "bot/core/text.h"
#include "bridges/microblog/idempotency_key.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A bridge promises an answer within half a minute (bridge.h).
constexpr auto time_for_delivery = 28s;
// A post that could not have its full time is not begun.
constexpr auto least_time_for_post = 5s;
// A login that was refused is tried again, should the server have been wrong; its files are looked at meanwhile.
constexpr auto pause_when_shut_out = 10min;
constexpr auto look_at_login_every = 5s;
constexpr auto wait_when_perhaps_posted = 5s;
// How far a server's clock may be from what its Date header says, and how late it may stamp a post.
constexpr auto clock_tolerance = 10min;
constexpr auto unknown_clock_tolerance = 1h;
constexpr std::size_t most_looked_at = 200;
constexpr int deliveries_between_tidying = 100;

SystemTime now() { return std::chrono::system_clock::now(); }

// The first post of a message has the message's own id. No id of a message holds such a character.
std::string part_id(const std::string& message_id, std::size_t part) {
    return part == 0 ? message_id : fmt::format("{}\x1f{}", message_id, part + 1);
}

bool is_posted(const std::optional<LedgerRecord>& record) {
    return record && record->state == LedgerRecord::State::posted;
}

// What the refusal of a later post means: the message is there as far as it goes.
Outcome at_part(const Outcome& outcome, std::size_t part, std::size_t parts) {
    if (outcome.kind() != Outcome::Kind::rejected || parts == 1) return outcome;
    return Outcome::rejected(fmt::format("post {} of {}: {}", part + 1, parts, outcome.why()));
}

}  // namespace

Poster::Poster(std::string name, std::unique_ptr<MicroblogApi> api, std::unique_ptr<Ledger> ledger,
               PosterSettings settings)
    : name_(std::move(name)), api_(std::move(api)), ledger_(std::move(ledger)), settings_(std::move(settings)) {}

asio::awaitable<void> Poster::run() { co_return; }

asio::awaitable<Outcomes> Poster::deliver(const Batch& batch) {
    const Deadline until = std::chrono::steady_clock::now() + time_for_delivery;
    Outcomes outcomes;
    for (const Post* post : batch) {
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            outcomes.push_back(Outcome::retry("the bot is stopping", 0ms));
            continue;
        }
        outcomes.push_back(co_await deliver_one(*post, until));
    }
    co_return outcomes;
}

asio::awaitable<Outcome> Poster::deliver_one(const Post& post, Deadline until) {
    const std::string id = post.message->id();
    const auto record = ledger_->find(id);
    if (!record) {
        if (auto outcome = closed()) co_return std::move(*outcome);
        if (!limits_) {
            limits_ = co_await api_->limits(until);
            if (!limits_) co_return Outcome::retry("the server does not tell its limits now");
            log::info("blog.limits",
                      {{"bridge", name_}, {"characters", limits_->characters}, {"address", limits_->url}});
        }
    }
    // What was sent once is sent again word for word, though limits or settings changed since: the look-back compares.
    const Draft draft =
        record ? decode(record->text) : make_draft(*post.message, *post.line, *limits_, settings_.style);
    std::string reply_to;
    for (std::size_t n = 0; n < draft.parts.size(); ++n) {
        Part part{part_id(id, n), draft.parts[n], {}, draft.warning, reply_to};
        auto known = n == 0 ? record : ledger_->find(part.id);
        if (!known) part.recorded = n == 0 ? encode(draft) : part.text;
        if (!is_posted(known)) {
            const Outcome outcome = co_await deliver_part(part, known, until);
            if (outcome.kind() != Outcome::Kind::delivered) co_return at_part(outcome, n, draft.parts.size());
            if (n > 0 && settings_.pacer) settings_.pacer->spend(std::chrono::steady_clock::now());
            if (n + 1 < draft.parts.size()) known = ledger_->find(part.id);
        }
        reply_to = known ? known->remote_id : std::string();
    }
    co_return Outcome::delivered();
}

asio::awaitable<Outcome> Poster::deliver_part(const Part& part, const std::optional<LedgerRecord>& record,
                                              Deadline until) {
    if (auto outcome = closed()) co_return std::move(*outcome);
    login_ = login_stamps();
    if (record && absent_ != part.id) {
        if (auto outcome = co_await clear_up(part, *record, until)) co_return std::move(*outcome);
        absent_ = part.id;
    }
    if (until - std::chrono::steady_clock::now() < least_time_for_post)
        co_return Outcome::retry("the server is slow", 0ms);
    if (record)
        ledger_->begin_again(part.id, now());
    else
        ledger_->begin(part.id, part.recorded, now());
    absent_.clear();
    Submission submission(part.text, idempotency_key(name_, part.id));
    submission.warning = part.warning;
    submission.reply_to = part.reply_to;
    const Attempt attempt = co_await api_->post(std::move(submission), until);
    const Outcome outcome = settle(attempt, part.id, !record.has_value());
    tidy_now_and_then();
    co_return outcome;
}

// Why nothing may be asked of the server now; nothing where it may.
std::optional<Outcome> Poster::closed() const {
    const auto time = std::chrono::steady_clock::now();
    if (is_shut_out_ && time < shut_out_until_ && login_stamps() == refused_login_) return until_next_look();
    if (time < not_before_)
        return Outcome::retry(hold_reason_, std::chrono::ceil<std::chrono::milliseconds>(not_before_ - time));
    return std::nullopt;
}

// What an earlier attempt came to; nothing where its post is not there, so that it may be sent again.
asio::awaitable<std::optional<Outcome>> Poster::clear_up(const Part& part, const LedgerRecord& record, Deadline until) {
    const auto settled = std::chrono::ceil<std::chrono::milliseconds>(record.attempted + settings_.settling - now());
    // Not longer than it takes, should the machine's clock have been put back meanwhile.
    if (settled > 0ms) co_return Outcome::retry("an answer was lost", std::min(settled, settings_.settling));
    switch (co_await look_back(part, record, until)) {
        case Search::found:
            co_return Outcome::delivered();
        case Search::absent:
            co_return std::nullopt;
        case Search::unclear:
            co_return trouble_wait_ ? hold(trouble_, *trouble_wait_) : Outcome::retry(trouble_);
        case Search::closed:
            co_return until_next_look();
        case Search::cancelled:
            break;
    }
    co_return Outcome::retry("the bot is stopping", 0ms);
}

Outcome Poster::settle(const Attempt& attempt, const std::string& id, bool is_first) {
    // Where an earlier attempt is still unexplained, it stays in the ledger: its post may yet appear.
    const auto withdraw = [&] {
        if (is_first) ledger_->withdraw(id);
    };
    switch (attempt.kind) {
        case Attempt::Kind::posted:
            ledger_->posted(id, attempt.id, attempt.url);
            note_open();
            log::debug("blog.posted", {{"bridge", name_}, {"id", clean_line(id)}, {"remote", attempt.id}});
            if (attempt.pause) (void)hold("the server's allowance is used up", *attempt.pause);
            return Outcome::delivered();
        case Attempt::Kind::unknown:
            return attempt.after ? hold(attempt.why, *attempt.after) : Outcome::retry(attempt.why);
        case Attempt::Kind::cancelled:
            return Outcome::retry(attempt.why, 0ms);
        case Attempt::Kind::not_sent:
            withdraw();
            return Outcome::retry(attempt.why);
        case Attempt::Kind::held_off:
            withdraw();
            note_open();
            return hold(attempt.why, attempt.after.value_or(60s));
        case Attempt::Kind::duplicate:
            note_open();
            // An earlier attempt of ours, which the account's posts will show, or another message of the same words:
            // then this one must wait until the server has forgotten that.
            if (!is_first) return Outcome::retry(attempt.why, wait_when_perhaps_posted);
            withdraw();
            return hold(attempt.why, attempt.after.value_or(60s));
        case Attempt::Kind::shut_out:
            withdraw();
            return shut_out(attempt.why);
        case Attempt::Kind::refused:
            ledger_->withdraw(id);
            note_open();
            limits_.reset();  // perhaps they changed, and that is why
            return Outcome::rejected(attempt.why);
    }
    return Outcome::retry(attempt.why);
}

asio::awaitable<Poster::Search> Poster::look_back(const Part& part, const LedgerRecord& record, Deadline until) {
    std::string before;
    for (std::size_t seen = 0; seen < most_looked_at;) {
        const OwnPosts page = co_await api_->own_posts(before, until);
        if (page.kind == Attempt::Kind::cancelled) co_return Search::cancelled;
        if (page.kind != Attempt::Kind::posted) {
            trouble_ = "own posts cannot be read: " + page.why;
            trouble_wait_ = page.after;
            if (page.kind != Attempt::Kind::shut_out) co_return Search::unclear;
            (void)shut_out(page.why);
            co_return Search::closed;
        }
        if (page.posts.empty() || page.posts.back().id == before) break;  // the end, or a server that does not page
        const Search search = find_among(page, part, record);
        if (search != Search::unclear) co_return search;
        seen += page.posts.size();
        before = page.posts.back().id;
    }
    co_return Search::absent;
}

// Unclear where an older page may still hold it.
Poster::Search Poster::find_among(const OwnPosts& page, const Part& part, const LedgerRecord& record) {
    const SystemTime earliest = page.server_time ? record.begun + (*page.server_time - now()) - clock_tolerance
                                                 : record.begun - unknown_clock_tolerance;
    for (const auto& post : page.posts) {
        if (post.created_at && *post.created_at < earliest) return Search::absent;
        if (!api_->shows(part.text, post) || ledger_->belongs_to_another(post.id, part.id)) continue;
        ledger_->posted(part.id, post.id, post.url);
        note_open();
        log::info("blog.found", {{"bridge", name_}, {"id", clean_line(part.id)}, {"remote", post.id}});
        return Search::found;
    }
    return Search::unclear;
}

void Poster::tidy_now_and_then() {
    if (--until_tidy_ > 0) return;
    until_tidy_ = deliveries_between_tidying;
    ledger_->tidy(now());
}

Outcome Poster::hold(std::string why, std::chrono::milliseconds wait) {
    not_before_ = std::chrono::steady_clock::now() + wait;
    hold_reason_ = why;
    return Outcome::retry(std::move(why), wait);
}

// Told once for each login that is refused, however many posts wait for it.
Outcome Poster::shut_out(const std::string& why) {
    if (!std::exchange(is_shut_out_, true) || login_ != refused_login_)
        log::error("blog.paused",
                   {{"bridge", name_},
                    {"why", why},
                    {"hint", "check its url and its login; `fedmsgbot login` gets a new one, without a restart"}});
    limits_.reset();  // what was told to a login that is refused may not have been the truth
    refused_login_ = login_;
    shut_out_reason_ = why;
    shut_out_until_ = std::chrono::steady_clock::now() + pause_when_shut_out;
    return until_next_look();
}

// Where there is no file to look at, only the server can change its mind.
Outcome Poster::until_next_look() const {
    const auto left = std::chrono::ceil<std::chrono::seconds>(shut_out_until_ - std::chrono::steady_clock::now());
    const auto wait = settings_.login_files.empty() ? left : std::min<std::chrono::seconds>(left, look_at_login_every);
    return Outcome::held(shut_out_reason_, std::max<std::chrono::seconds>(wait, 1s));
}

std::vector<std::optional<FileStamp>> Poster::login_stamps() const {
    std::vector<std::optional<FileStamp>> stamps;
    for (const auto& file : settings_.login_files) stamps.push_back(stamp_of(file));
    return stamps;
}

void Poster::note_open() {
    if (std::exchange(is_shut_out_, false)) log::info("blog.resumed", {{"bridge", name_}});
}

}  // namespace fedmsgbot
