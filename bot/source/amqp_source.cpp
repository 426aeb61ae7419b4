#include "bot/source/amqp_source.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/ready_post.h"
#include "bot/core/text.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_of_a_batch = 256;

}  // namespace

AmqpSource::AmqpSource(asio::any_io_executor executor, const AmqpSettings& settings, Interest interest,
                       Outages* outages)
    : interest_(std::move(interest)),
      has_posts_(!settings.posts.empty()),
      bell_(std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max())),
      consumer_(
          settings,
          [executor, bell = std::weak_ptr(bell_)] {
              asio::post(executor, [bell] {
                  if (const auto timer = bell.lock()) timer->cancel();
              });
          },
          [executor, bell = std::weak_ptr(bell_), host = settings.host,
           told = settings.keeps_messages() ? nullptr : outages](bool is_up) {
              if (!told) return;
              asio::post(executor, [bell, told, host, is_up, now = std::chrono::system_clock::now()] {
                  if (bell.expired()) return;
                  is_up ? told->link_up(host, now) : told->link_down(host, now);
              });
          }) {}

AmqpSource::~AmqpSource() = default;

asio::awaitable<std::vector<Message>> AmqpSource::next() {
    const auto executor = co_await asio::this_coro::executor;
    std::vector<Message> batch;
    while (batch.empty()) {
        // Others get their turn, and a cancelled wait is found here. No await after the first message was taken.
        co_await asio::post(executor, asio::use_awaitable);
        auto deliveries = consumer_.take(most_of_a_batch);
        if (deliveries.empty()) {
            // The bell is rung on this thread only, so not between the look and the wait.
            co_await bell_->async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        for (auto& delivery : deliveries) take(delivery, batch);
        settle();
    }
    co_return batch;
}

void AmqpSource::take(AmqpDelivery& delivery, std::vector<Message>& batch) {
    ++counters_.received;
    if (delivery.is_redelivered) ++counters_.redelivered;
    if (interest_ && !delivery.topic.empty() && !interest_(delivery.topic)) {
        ++counters_.unwanted;
        unsettled_.push_back({delivery.connection, delivery.number, true});
        return;
    }
    if (has_posts_) delivery.topic = ready_post_topic;  // a topic that no message of the bus gets through with
    auto message = read_delivery(delivery);
    if (!message) return refuse(message.problems().front().text, delivery);
    unsettled_.push_back({delivery.connection, delivery.number, false});
    batch.push_back(std::move(message).value());
}

void AmqpSource::refuse(std::string_view why, const AmqpDelivery& delivery) {
    ++counters_.malformed;
    consumer_.refuse(delivery.connection, delivery.number);
    std::uint64_t held_back = 0;
    if (!malformed_log_.admits(held_back)) return;
    log::warn("source.malformed", {{"why", why},
                                   {"topic", clean_line(delivery.topic, 200)},
                                   {"id", clean_line(delivery.id, 200)},
                                   {"begins", clean_line(std::string_view(delivery.body).substr(0, 80), 240)},
                                   {"held_back", held_back}});
}

void AmqpSource::accepted(std::size_t count) {
    for (auto at = unsettled_.begin(); at != unsettled_.end() && count > 0; ++at)
        if (!std::exchange(at->is_done, true)) --count;
    settle();
}

// Only what has nothing open before it: an acknowledgement takes all before it with it.
void AmqpSource::settle() {
    Unsettled last{0, 0, false};
    for (; !unsettled_.empty() && unsettled_.front().is_done; unsettled_.pop_front()) last = unsettled_.front();
    if (last.is_done) consumer_.acknowledge(last.connection, last.number);
}

}  // namespace fedmsgbot
