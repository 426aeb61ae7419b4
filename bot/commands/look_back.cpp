#include "bot/commands/look_back.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/archive/archive_client.h"
#include "bot/core/log.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr int most_failures = 3;  // in a row
constexpr std::chrono::seconds longest_wait{60};

}  // namespace

asio::awaitable<void> look_back(asio::any_io_executor executor, LookBack what,
                                std::function<bool(const Message&)> show) {
    ArchiveClient::Settings settings;
    settings.url = what.archive;
    ArchiveClient archive(executor, settings);
    asio::steady_timer timer(executor);
    const auto now = std::chrono::system_clock::now();
    ArchiveQuery query(now - what.since, now);
    int failures = 0;
    for (;;) {
        const auto answer = co_await archive.fetch(query);
        if (answer.kind == ArchiveAnswer::Kind::page) {
            failures = 0;
            for (const auto& message : answer.page.messages)
                if (!show(message)) co_return;
            if (answer.page.is_last) co_return;
            ++query.page;
        } else if (answer.kind == ArchiveAnswer::Kind::too_large) {
            if (query.rows == 1) throw std::runtime_error(what.archive + ": a message that is too large");
            const auto told = (query.page - 1) * query.rows;
            query.rows = fewer_rows(query.rows);
            query.page = told / query.rows + 1;
        } else {
            if (++failures >= most_failures) throw std::runtime_error(fmt::format("{}: {}", what.archive, answer.why));
            log::warn("archive.failed", {{"archive", what.archive}, {"why", answer.why}});
            timer.expires_after(std::clamp(answer.after, 1s, longest_wait));
            co_await timer.async_wait(asio::use_awaitable);
        }
    }
}

}  // namespace fedmsgbot
