#include "bridges/amqp/amqp_bridge.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bridges/amqp/ready_post_writer.h"
#include "config/amqp_broker.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr std::size_t longest_name = 255;  // of whatever AMQP calls a short string

// A batch on its way. The answers come back over the loop, so one thread touches it; shared, since a delivery that is
// cancelled does not wait for them.
struct Flight {
    Flight(const asio::any_io_executor& executor, std::size_t count)
        : bell(executor, asio::steady_timer::time_point::max()), answers(count), missing(count) {}

    asio::steady_timer bell;  // cancelled by the last answer
    std::vector<std::optional<AmqpAnswer>> answers;
    std::size_t missing;
};

Outcome outcome_of(const std::optional<AmqpAnswer>& answer) {
    if (!answer) return Outcome::retry("not certain");
    if (answer->kind == AmqpAnswer::Kind::confirmed) return Outcome::delivered();
    return Outcome::retry(answer->why);
}

}  // namespace

asio::awaitable<Outcomes> AmqpBridge::deliver(const Batch& batch) {
    const auto executor = co_await asio::this_coro::executor;
    const auto flight = std::make_shared<Flight>(executor, batch.size());
    for (std::size_t n = 0; n < batch.size(); ++n) {
        publisher_.publish(write_ready_post(*batch[n]), [executor, flight, n](AmqpAnswer answer) {
            asio::post(executor, [flight, n, answer = std::move(answer)]() mutable {
                flight->answers[n] = std::move(answer);
                if (--flight->missing == 0) flight->bell.cancel();
            });
        });
    }
    // Every answer comes over the loop, so not before this waits.
    co_await flight->bell.async_wait(asio::as_tuple(asio::use_awaitable));
    Outcomes outcomes;
    for (const auto& answer : flight->answers) outcomes.push_back(outcome_of(answer));
    co_return outcomes;
}

std::string check_amqp_target(std::string_view address) {
    if (address.empty()) return "write the other bot's target, as posts/libera/#fedora-fedmsg";
    return address.size() > longest_name ? "a routing key has at most 255 bytes" : "";
}

BridgeMaker read_amqp_bridge(Table& table) {
    AmqpPublishing publishing;
    read_amqp_broker(table, publishing);
    publishing.exchange = table.text("exchange", posts_exchange);
    if (publishing.exchange.size() > longest_name) table.fail("exchange", "an exchange's name has at most 255 bytes");
    if (!table.flag("passive", false)) publishing.exchange_kind = "direct";
    read_amqp_times(table, publishing);
    return [publishing](const BridgeContext&) { return std::make_unique<AmqpBridge>(publishing); };
}

}  // namespace fedmsgbot
