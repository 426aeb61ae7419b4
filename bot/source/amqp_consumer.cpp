#include "bot/source/amqp_consumer.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "bot/amqp/worker.h"
#include "bot/core/log.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

// Often enough for the heartbeats, which the library sends only when it is called.
constexpr auto most_silence = 1s;
constexpr std::size_t most_at_once = 256;

struct Delivered {
    std::uint64_t connection = 0;
    std::uint64_t number = 0;
};

}  // namespace

struct AmqpConsumer::State {
    State(AmqpSettings given, std::function<void()> arrived_, std::function<void(bool)> linked_)
        : settings(std::move(given)), arrived(std::move(arrived_)), linked(std::move(linked_)) {}

    void run();
    void serve(AmqpConnection& connection);
    bool obey(AmqpConnection& connection);  // false: stop
    void put(std::vector<AmqpDelivery> deliveries);
    bool rest(std::chrono::milliseconds wait);

    const AmqpSettings settings;
    const std::function<void()> arrived;
    const std::function<void(bool is_up)> linked;
    WakeUp wake;  // readable when there is an order

    std::mutex mutex;  // guards the next five
    std::condition_variable changed;
    std::deque<AmqpDelivery> inbox;
    std::optional<Delivered> acknowledged;  // the last; it stands for all before it
    std::vector<Delivered> refused;
    bool is_stopping = false;

    std::uint64_t connections = 0;  // the thread's own, as all below
    std::uint64_t sent_number = 0;  // acknowledged to the broker
    std::minstd_rand random{std::random_device{}()};
    std::thread thread;  // the owner's
};

AmqpConsumer::AmqpConsumer(AmqpSettings settings, std::function<void()> arrived, std::function<void(bool)> linked)
    : state_(std::make_unique<State>(std::move(settings), std::move(arrived), std::move(linked))) {
    state_->thread = start_worker([state = state_.get()] { state->run(); });
}

AmqpConsumer::~AmqpConsumer() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_stopping = true;
    }
    state_->changed.notify_all();
    state_->wake.ring();
    state_->thread.join();
}

std::vector<AmqpDelivery> AmqpConsumer::take(std::size_t most) {
    std::vector<AmqpDelivery> taken;
    const std::lock_guard lock(state_->mutex);
    auto& inbox = state_->inbox;
    const auto end = inbox.begin() + static_cast<std::ptrdiff_t>(std::min(most, inbox.size()));
    taken.assign(std::make_move_iterator(inbox.begin()), std::make_move_iterator(end));
    inbox.erase(inbox.begin(), end);
    if (inbox.empty()) state_->changed.notify_all();
    return taken;
}

void AmqpConsumer::acknowledge(std::uint64_t connection, std::uint64_t number) {
    const std::lock_guard lock(state_->mutex);
    state_->acknowledged = Delivered{connection, number};
    state_->wake.ring();
}

void AmqpConsumer::refuse(std::uint64_t connection, std::uint64_t number) {
    const std::lock_guard lock(state_->mutex);
    state_->refused.push_back({connection, number});
    state_->wake.ring();
}

void AmqpConsumer::State::run() {
    unsigned failures = 0;
    for (;;) {
        try {
            AmqpConnection connection(settings, ++connections);
            log::info("source.connected",
                      {{"broker", settings.host}, {"port", settings.port}, {"queue", connection.queue()}});
            linked(true);
            failures = 0;
            sent_number = 0;
            serve(connection);
            return;
        } catch (const std::runtime_error& error) {
            linked(false);
            const auto wait = jittered(reconnect_wait(settings, ++failures), random);
            log::warn("source.disconnected",
                      {{"broker", settings.host}, {"why", error.what()}, {"again_in_ms", wait.count()}});
            if (!rest(wait)) return;
        }
    }
}

void AmqpConsumer::State::serve(AmqpConnection& connection) {
    while (obey(connection)) {
        std::vector<AmqpDelivery> deliveries;
        while (deliveries.size() < most_at_once) {
            auto delivery = connection.receive();
            if (!delivery) break;
            deliveries.push_back(std::move(*delivery));
        }
        if (deliveries.empty())
            connection.wait(wake.descriptor(), most_silence);
        else
            put(std::move(deliveries));
    }
    connection.close();
}

// Orders for a connection that is gone are void.
bool AmqpConsumer::State::obey(AmqpConnection& connection) {
    wake.take();
    std::unique_lock lock(mutex);
    const auto last = std::exchange(acknowledged, std::nullopt);
    const auto refusals = std::exchange(refused, {});
    const bool goes_on = !is_stopping;
    lock.unlock();
    // First: an acknowledgement takes all before it with it.
    for (const auto& refusal : refusals)
        if (refusal.connection == connections) connection.refuse(refusal.number);
    if (last && last->connection == connections && last->number > sent_number) {
        connection.acknowledge(last->number);
        sent_number = last->number;
    }
    return goes_on;
}

void AmqpConsumer::State::put(std::vector<AmqpDelivery> deliveries) {
    std::unique_lock lock(mutex);
    const bool was_empty = inbox.empty();
    inbox.insert(inbox.end(), std::make_move_iterator(deliveries.begin()), std::make_move_iterator(deliveries.end()));
    lock.unlock();
    if (was_empty) arrived();
}

// False when it is time to stop.
bool AmqpConsumer::State::rest(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex);
    if (changed.wait_for(lock, wait, [this] { return is_stopping; })) return false;
    changed.wait(lock, [this] { return is_stopping || inbox.empty(); });
    return !is_stopping;
}

}  // namespace fedmsgbot
