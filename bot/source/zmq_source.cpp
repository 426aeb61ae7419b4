#include "bot/source/zmq_source.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr int most_of_a_batch = 256;

ZmqSocket::Options socket_options(const ZmqSettings& settings) {
    ZmqSocket::Options options;
    options.high_water_mark = settings.high_water_mark;
    options.keepalive = settings.keepalive;
    options.keepalive_count = settings.keepalive_count;
    options.keepalive_idle = settings.keepalive_idle;
    options.keepalive_interval = settings.keepalive_interval;
    options.reconnect = settings.reconnect;
    options.reconnect_max = settings.reconnect_max;
    return options;
}

}  // namespace

std::string subscription_prefix(std::string_view topic) {
    std::string prefix(topic);
    std::erase(prefix, '*');
    return prefix;
}

bool subscribes(const std::vector<std::string>& topics, std::string_view topic) {
    return topics.empty() || std::any_of(topics.begin(), topics.end(), [&](const std::string& beginning) {
               return topic.starts_with(subscription_prefix(beginning));
           });
}

bool keeps_senders_whole(std::string_view prefix) {
    return prefix.empty() || (prefix.ends_with('.') && std::count(prefix.begin(), prefix.end(), '.') <= 3);
}

ZmqSource::ZmqSource(asio::any_io_executor executor, const ZmqSettings& settings, Interest interest, Outages* outages)
    : socket_(std::move(executor), ZmqSocket::Kind::sub, socket_options(settings)),
      interest_(std::move(interest)),
      outages_(outages) {
    socket_.watch([outages](bool is_up, std::string_view endpoint) {
        log::info(is_up ? "source.connected" : "source.disconnected", {{"endpoint", endpoint}});
        if (!outages) return;
        const auto now = std::chrono::system_clock::now();
        is_up ? outages->link_up(endpoint, now) : outages->link_down(endpoint, now);
    });
    std::vector<std::string> prefixes;
    for (const auto& topic : settings.topics) prefixes.push_back(subscription_prefix(topic));
    if (prefixes.empty()) prefixes.emplace_back();
    for (const auto& prefix : prefixes) socket_.subscribe(prefix);
    for (const auto& endpoint : settings.endpoints) socket_.connect(endpoint);
    sees_all_of_each_sender_ = std::all_of(prefixes.begin(), prefixes.end(), keeps_senders_whole);
}

asio::awaitable<std::vector<Message>> ZmqSource::next() {
    const auto executor = co_await asio::this_coro::executor;
    std::vector<Message> batch;
    ZmqSocket::Frames frames;
    while (batch.empty()) {
        // Also under a firehose of unwanted topics the others on this thread get their turn. No await after the first
        // message was taken: a cancelled wait must not lose it.
        co_await asio::post(executor, asio::use_awaitable);
        co_await socket_.wait_readable();
        for (int n = 0; n < most_of_a_batch && socket_.try_receive(frames); ++n) take(frames, batch);
    }
    co_return batch;
}

SourceCounters ZmqSource::counters() const {
    auto counters = counters_;
    counters.gaps = gap_counter_.lost();
    return counters;
}

void ZmqSource::take(ZmqSocket::Frames& frames, std::vector<Message>& batch) {
    ++counters_.received;
    if (frames.count != 2) return refuse(fmt::format("{} frames instead of 2", frames.count), frames);
    if (frames.first.empty()) return refuse("an empty topic frame", frames);
    if (frames.first.size() > Message::max_topic_bytes) return refuse("a topic that is too long", frames);
    if (interest_ && !interest_(frames.first)) {
        ++counters_.unwanted;
        sees_all_of_each_sender_ = false;
        return;
    }
    auto message = Message::parse(frames.second, frames.first);
    if (!message) return refuse(message.problems().front().text, frames);
    if (sees_all_of_each_sender_) {
        const auto now = std::chrono::system_clock::now();
        gap_counter_.see(*message, now);
        if (const auto loss = gap_counter_.take_loss(); loss && outages_) outages_->lost(*loss, now);
    }
    batch.push_back(std::move(message).value());
}

void ZmqSource::refuse(std::string_view why, const ZmqSocket::Frames& frames) {
    ++counters_.malformed;
    std::uint64_t held_back = 0;
    if (!malformed_log_.admits(held_back)) return;
    const std::string_view body = frames.second;
    log::warn("source.malformed", {{"why", why},
                                   {"topic", clean_line(frames.first, 200)},
                                   {"bytes", body.size()},
                                   {"begins", clean_line(body.substr(0, 80), 240)},
                                   {"held_back", held_back}});
}

}  // namespace fedmsgbot
