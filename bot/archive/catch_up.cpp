#include "bot/archive/catch_up.h"

#include <algorithm>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto hear_every = 1s;
constexpr auto merge_for = 1min;
constexpr std::chrono::milliseconds longest_wait = 5min;
constexpr unsigned most_skipped = 3;

std::string text_of(SystemTime time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

// Each divides the one before, so that a place in the archive is a page of any of them.
ArchiveClient::Settings client_settings(const CatchUpSettings& settings, ArchiveShape shape) {
    ArchiveClient::Settings client;
    client.url = settings.archive;
    client.shape = shape;
    client.timeout = settings.timeout;
    client.most_bytes = settings.max_page_bytes;
    return client;
}

}  // namespace

CatchUp::CatchUp(asio::any_io_executor executor, std::string source, CatchUpSettings settings, ArchiveShape shape,
                 Journal& journal, Wants wants, Take take)
    : source_(std::move(source)),
      settings_(std::move(settings)),
      journal_(journal),
      wants_(std::move(wants)),
      take_(std::move(take)),
      client_(executor, client_settings(settings_, shape)),
      most_rows_(settings_.page),
      bell_(std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max())) {}

void CatchUp::start(bool keeps, SystemTime now) {
    gaps_ = journal_.gaps(source_);
    if (settings_.archive.empty())
        while (!gaps_.empty()) close("there is no archive any more", false);
    const auto heard = journal_.last_heard(source_);
    had_heard_ = heard.has_value();
    const bool is_away = heard && *heard < now && !(keeps && settings_.archive.empty());
    if (is_away) open(*heard, now, "the bot was not running", now);
    hear(now, std::nullopt);
}

void CatchUp::note(const Outage& outage, SystemTime now) {
    if (!outage.is_start) return open(outage.from, outage.to, outage.why, now);
    // Before our first start nothing was missed.
    if (had_heard_ && !settings_.archive.empty()) extend(outage.from - settings_.overlap, outage.to, now);
}

void CatchUp::hear(SystemTime now, std::optional<SystemTime> down_since) {
    const auto at = down_since ? std::min(now, *down_since) : now;
    if (at >= heard_ && at - heard_ < hear_every) return;
    heard_ = at;
    journal_.hear(source_, at);
}

void CatchUp::open(SystemTime from, SystemTime to, std::string_view why, SystemTime now) {
    ++counters_.outages;
    const bool has_archive = !settings_.archive.empty();
    log::warn("source.gap", {{"source", source_},
                             {"from", text_of(from)},
                             {"to", text_of(to)},
                             {"why", why},
                             {"archive", has_archive ? settings_.archive : "none"}});
    if (!has_archive) {
        ++counters_.unfetched;
        return;
    }
    if (now - from > settings_.max_age)
        log::warn("catch_up.cut",
                  {{"source", source_}, {"from", text_of(now - settings_.max_age)}, {"why", "max_age"}});
    const auto first = std::max(from - settings_.overlap, now - settings_.max_age);
    if (extend(first, to, now)) return;
    Gap gap;
    gap.from = first;
    gap.to = to + settings_.delay;
    if (gaps_.size() >= most_gaps) {
        gap = gaps_.back();
        gap.to = std::max(gap.to, to + settings_.delay);
        gaps_.pop_back();
    }
    keep(gap);
    gaps_.push_back(gap);
    noted_ = now;
    bell_->cancel();
}

// The last gap, where it was not asked about yet: links that come and go are one gap.
bool CatchUp::extend(SystemTime from, SystemTime to, SystemTime now) {
    if (!noted_ || gaps_.empty() || now - *noted_ > merge_for) return false;
    auto& last = gaps_.back();
    if (from > last.to) return false;
    last.from = std::min(last.from, from);
    last.to = std::max(last.to, to + settings_.delay);
    keep(last);
    return true;
}

asio::awaitable<void> CatchUp::run() {
    for (;;) {
        // A cancelled wait is found here.
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        const auto now = std::chrono::system_clock::now();
        if (gaps_.empty()) {
            bell_->expires_at(asio::steady_timer::time_point::max());
            co_await bell_->async_wait(asio::as_tuple(asio::use_awaitable));
        } else if (gaps_.front().to > now) {
            // Not longer: the clock may be set meanwhile.
            const auto wait = std::min<SystemTime::duration>(gaps_.front().to - now, 1min);
            co_await rest(std::chrono::duration_cast<std::chrono::milliseconds>(wait) + 1ms);
        } else {
            co_await step();
        }
    }
}

std::size_t CatchUp::rows_of(const Gap& gap) const {
    auto rows = most_rows_;
    while (gap.row % rows != 0) rows = fewer_rows(rows);
    return rows;
}

// One question to the archive about the first gap.
asio::awaitable<void> CatchUp::step() {
    if (gaps_.size() == 1) noted_.reset();
    const auto gap = gaps_.front();
    if (gap.row == 0)
        log::info("catch_up.started", {{"source", source_}, {"from", text_of(gap.from)}, {"to", text_of(gap.to)}});
    if (std::chrono::system_clock::now() - gap.to > settings_.max_age) {
        close("older than max_age", false);
        co_return;
    }
    if (gap.row >= settings_.max_messages) {
        close("more than max_messages", false);
        co_return;
    }
    const auto rows = rows_of(gap);
    ArchiveQuery query(gap.from, gap.to);
    query.rows = rows;
    query.page = gap.row / rows + 1;
    auto answer = co_await client_.fetch(query);
    if (answer.kind == ArchiveAnswer::Kind::page) {
        failures_ = 0;
        co_await take(std::move(answer.page), rows);
    } else if (answer.kind == ArchiveAnswer::Kind::too_large) {
        shrink(rows);
    } else {
        ++counters_.failures;
        const auto wait = back_off(answer.after);
        log::warn(
            "catch_up.failed",
            {{"source", source_}, {"archive", settings_.archive}, {"why", answer.why}, {"again_in_ms", wait.count()}});
        co_await rest(wait);
        co_return;
    }
    co_await rest(settings_.every);
}

asio::awaitable<void> CatchUp::take(ArchivePage page, std::size_t rows) {
    skipped_ = 0;
    counters_.unreadable += page.unreadable;
    const auto oldest = std::chrono::system_clock::now() - settings_.max_age - settings_.overlap;
    std::erase_if(page.messages, [&](const Message& message) {
        const bool is_too_old = message.sent_at() > SystemTime{} && message.sent_at() < oldest;
        return is_too_old || (wants_ && !wants_(message.topic()));
    });
    for (auto& message : page.messages) {
        auto arrival = message.arrival();
        arrival.is_late = true;
        message.note_arrival(arrival);
    }
    counters_.late += page.messages.size();
    // Shared: the commit may come after us.
    const auto is_safe = std::make_shared<bool>(false);
    take_(std::move(page.messages), [is_safe, bell = std::weak_ptr(bell_)] {
        *is_safe = true;
        if (const auto timer = bell.lock()) timer->cancel();
    });
    // In the same transaction, or in a later one: what is taken twice is known.
    auto& gap = gaps_.front();
    gap.row += rows;
    if (gap.row % settings_.page == 0) most_rows_ = settings_.page;
    if (page.is_last)
        close("", true);
    else
        journal_.put_gap(source_, gap);
    while (!*is_safe) {
        bell_->expires_at(asio::steady_timer::time_point::max());
        co_await bell_->async_wait(asio::as_tuple(asio::use_awaitable));
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
}

// An answer was too large: fewer rows; and where one is, on without it, but not without end.
void CatchUp::shrink(std::size_t rows) {
    if (rows > 1) {
        most_rows_ = fewer_rows(rows);
        return;
    }
    ++counters_.unreadable;
    ++gaps_.front().row;
    if (++skipped_ == most_skipped) return close("answers that are too large", false);
    keep(gaps_.front());
}

void CatchUp::keep(Gap& gap) {
    journal_.put_gap(source_, gap);
    take_({}, [] {});  // somebody must commit it
}

void CatchUp::close(std::string_view why, bool is_whole) {
    const auto gap = gaps_.front();
    gaps_.erase(gaps_.begin());
    journal_.close_gap(gap);
    take_({}, [] {});
    most_rows_ = settings_.page;
    failures_ = skipped_ = 0;
    if (is_whole) return log::info("catch_up.done", {{"source", source_}, {"rows", gap.row}, {"to", text_of(gap.to)}});
    ++counters_.unfetched;
    log::warn(
        "catch_up.given_up",
        {{"source", source_}, {"rows", gap.row}, {"from", text_of(gap.from)}, {"to", text_of(gap.to)}, {"why", why}});
}

std::chrono::milliseconds CatchUp::back_off(std::chrono::seconds at_least) {
    auto wait = std::max<std::chrono::milliseconds>(settings_.every, 1ms);
    for (unsigned n = 0; n < failures_ && wait < longest_wait; ++n) wait *= 2;
    ++failures_;
    wait = std::max<std::chrono::milliseconds>(std::min(wait, longest_wait), at_least);
    // Many bots that lost the same bus must not come at the same instant.
    return wait * std::uniform_int_distribution<int>(100, 120)(random_) / 100;
}

asio::awaitable<void> CatchUp::rest(std::chrono::milliseconds duration) {
    asio::steady_timer timer(co_await asio::this_coro::executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace fedmsgbot
