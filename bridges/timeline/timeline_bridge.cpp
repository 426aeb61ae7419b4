#include "bridges/timeline/timeline_bridge.h"

#include <charconv>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "bot/core/log.h"

namespace fedmsgbot {

using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t tidy_every = 256;  // new entries; fewer than one call of tidy() can remove, so that it keeps up

}  // namespace

TimelineBridge::TimelineBridge(const BridgeContext& context, TimelineSettings settings)
    : name_(context.name),
      settings_(std::move(settings)),
      store_(context.state_dir / (name_ + ".sqlite")),
      site_(settings_, store_, context.topics),
      server_(
          context.executor, HttpLimits(), [this](const PageRequest& request) { return site_.answer(request); },
          settings_.trusted_proxies) {
    // Of several timelines the first answers.
    if (context.inquiries && !context.inquiries->last) answer(*context.inquiries);
}

void TimelineBridge::answer(Inquiries& inquiries) {
    inquiries.last = [this](std::string_view wanted) { return last(wanted); };
    inquiries.find = [this](std::string_view id) { return find(id); };
}

Inquiries::Found TimelineBridge::found(TimelineEntry entry) const {
    auto address = fmt::format("{}/m/{}", settings_.public_url, entry.id);
    return {entry.accepted_at, std::move(entry.line), std::move(address)};
}

std::optional<Inquiries::Found> TimelineBridge::last(std::string_view wanted) {
    const std::string value(wanted.substr(0, TimelineFilter::most_value));
    std::optional<TimelineEntry> newest;
    for (const auto field : {FilterField::package, FilterField::user}) {
        auto entries = store_.older_than(std::numeric_limits<std::int64_t>::max(), 1,
                                         TimelineFilter().with({field, false, value}));
        if (!entries.empty() && (!newest || newest->id < entries.front().id)) newest = std::move(entries.front());
    }
    if (!newest) return std::nullopt;
    return found(std::move(*newest));
}

std::optional<Inquiries::Found> TimelineBridge::find(std::string_view id) {
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    const bool is_number = error == std::errc{} && rest == id.data() + id.size();
    const auto known = is_number ? std::optional(number) : store_.number_of(id);
    auto entry = known ? store_.find(*known) : std::nullopt;
    if (!entry) return std::nullopt;
    return found(std::move(*entry));
}

boost::asio::awaitable<void> TimelineBridge::run() {
    listen();
    log::info("timeline.listening", {{"bridge", name_}, {"address", settings_.listen}, {"page", settings_.public_url}});
    const auto& url = settings_.public_url;
    if (url.starts_with("http://0.0.0.0:") || url.starts_with("http://[::]:"))
        log::warn("timeline.public_url_missing", {{"bridge", name_}, {"why", "links in its feed lead to " + url}});
    co_await (server_.run() && index_the_rest() && keep_tidy());
}

// Deliveries pay for what they push out; this is for age, which needs none, and for what a change of `keep` left.
boost::asio::awaitable<void> TimelineBridge::keep_tidy() {
    boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
    while (true) {
        const bool is_more = tidy();
        pause.expires_after(is_more ? std::chrono::milliseconds(20) : std::chrono::milliseconds(10'000));
        const auto [error] = co_await pause.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (error) co_return;
    }
}

// A file of an earlier format. In small steps, since deliveries and readers wait meanwhile.
boost::asio::awaitable<void> TimelineBridge::index_the_rest() {
    constexpr std::size_t step = 200;
    if (store_.is_indexed()) co_return;
    log::info("timeline.indexing", {{"bridge", name_}});
    boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
    while (store_.index_more(step) > 0) {
        pause.expires_after(std::chrono::milliseconds(10));
        const auto [error] = co_await pause.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (error) co_return;
    }
    log::info("timeline.indexed", {{"bridge", name_}});
}

void TimelineBridge::listen() {
    try {
        const auto address = boost::asio::ip::make_address(settings_.address);
        server_.listen({address, settings_.port});
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(fmt::format("[bridge.{}] cannot listen on {} (key `listen`): {}", name_,
                                             settings_.listen, error.code().message()));
    }
}

boost::asio::awaitable<Outcomes> TimelineBridge::deliver(const Batch& batch) {
    std::vector<TimelineArrival> arrivals;
    arrivals.reserve(batch.size());
    for (const auto* post : batch) arrivals.push_back({*post->message, *post->line, post->accepted_at});
    const auto added = store_.insert(arrivals);
    if (added > 0) server_.announce();
    added_since_tidy_ += added;
    if (added_since_tidy_ >= tidy_every) tidy();
    co_return Outcomes(batch.size(), Outcome::delivered());
}

// Whether there is more to do.
bool TimelineBridge::tidy() {
    added_since_tidy_ = 0;
    const auto now = std::chrono::system_clock::now();
    const auto removed = store_.tidy(settings_.keep, now);
    if (removed > 0) log::debug("timeline.tidied", {{"bridge", name_}, {"removed", removed}});
    return removed == TimelineStore::most_tidied || store_.has_room_to_give_back() || store_.tallies().read_ahead(now);
}

BridgeMaker read_timeline(Table& table) {
    return [settings = read_timeline_settings(table)](const BridgeContext& context) {
        return std::make_unique<TimelineBridge>(context, settings);
    };
}

}  // namespace fedmsgbot
