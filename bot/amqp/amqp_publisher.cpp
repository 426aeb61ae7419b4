#include "bot/amqp/amqp_publisher.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>

#include "bot/amqp/amqp_connection.h"
#include "bot/amqp/worker.h"
#include "bot/core/log.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Often enough for the heartbeats, and for what has waited too long.
constexpr auto most_silence = 500ms;

struct Job {
    AmqpPublication publication;
    AmqpPublisher::Answered answered;
    Clock::time_point end;
    std::uint64_t number = 0;  // on this connection
    bool is_returned = false;
};

}  // namespace

struct AmqpPublisher::State {
    State(AmqpPublishing given, std::chrono::milliseconds patience_)
        : publishing(std::move(given)), patience(patience_) {}

    void run();
    void serve(AmqpConnection& connection);
    void take();
    void take(const AmqpConfirm& confirm);
    void expire();
    bool rest(std::chrono::milliseconds wait);
    bool must_stop() {
        const std::lock_guard lock(mutex);
        return is_stopping;
    }

    const AmqpPublishing publishing;
    const std::chrono::milliseconds patience;
    WakeUp wake;  // readable when there is a job

    std::mutex mutex;  // guards the next three
    std::condition_variable changed;
    std::deque<Job> inbox;
    std::size_t open = 0;  // jobs without an answer
    bool is_stopping = false;

    std::deque<Job> waiting;    // the thread's own, as all below
    std::deque<Job> under_way;  // in the order of publication
    std::uint64_t published = 0;
    std::minstd_rand random{std::random_device{}()};
    std::thread thread;  // the owner's

    void answer(Job& job, AmqpAnswer given) {
        {
            const std::lock_guard lock(mutex);
            --open;
        }
        job.answered(std::move(given));
    }
};

AmqpPublisher::AmqpPublisher(AmqpPublishing publishing, std::chrono::milliseconds patience)
    : state_(std::make_unique<State>(std::move(publishing), patience)) {
    state_->thread = start_worker([state = state_.get()] { state->run(); });
}

AmqpPublisher::~AmqpPublisher() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_stopping = true;
    }
    state_->changed.notify_all();
    state_->wake.ring();
    state_->thread.join();
    state_->take();
    for (auto* jobs : {&state_->under_way, &state_->waiting})
        for (auto& job : *jobs) job.answered({AmqpAnswer::Kind::unanswered, "the publisher ends"});
}

void AmqpPublisher::publish(AmqpPublication publication, Answered answered) {
    std::unique_lock lock(state_->mutex);
    if (state_->open >= most_waiting) {
        lock.unlock();
        return answered({AmqpAnswer::Kind::unanswered, "too many wait for the broker"});
    }
    ++state_->open;
    state_->inbox.push_back({std::move(publication), std::move(answered), Clock::now() + state_->patience});
    lock.unlock();
    state_->wake.ring();
}

void AmqpPublisher::State::run() {
    unsigned failures = 0;
    while (!must_stop()) {
        try {
            AmqpConnection connection(publishing);
            log::info("publisher.connected",
                      {{"broker", publishing.host}, {"port", publishing.port}, {"exchange", publishing.exchange}});
            failures = 0;
            published = 0;
            serve(connection);
            return;
        } catch (const std::runtime_error& error) {
            // Whether they arrived is not known: once more, before all that came later.
            for (; !under_way.empty(); under_way.pop_back()) waiting.push_front(std::move(under_way.back()));
            const auto wait = jittered(reconnect_wait(publishing, ++failures), random);
            log::warn("publisher.disconnected",
                      {{"broker", publishing.host}, {"why", error.what()}, {"again_in_ms", wait.count()}});
            if (!rest(wait)) return;
        }
    }
}

void AmqpPublisher::State::serve(AmqpConnection& connection) {
    while (!must_stop()) {
        take();
        for (; !waiting.empty() && under_way.size() < most_under_way; waiting.pop_front()) {
            connection.publish(waiting.front().publication);
            under_way.push_back(std::move(waiting.front()));
            under_way.back().number = ++published;
            under_way.back().is_returned = false;
        }
        bool is_idle = true;
        while (const auto confirm = connection.receive_confirm()) {
            take(*confirm);
            is_idle = false;
        }
        expire();
        if (is_idle) connection.wait(wake.descriptor(), most_silence);
    }
    connection.close();
}

void AmqpPublisher::State::take() {
    wake.take();
    const std::lock_guard lock(mutex);
    for (; !inbox.empty(); inbox.pop_front()) waiting.push_back(std::move(inbox.front()));
}

void AmqpPublisher::State::take(const AmqpConfirm& confirm) {
    if (confirm.kind == AmqpConfirm::Kind::returned) {
        const auto job = std::find_if(under_way.begin(), under_way.end(), [&](const Job& one) {
            return !one.is_returned && one.publication.id == confirm.id &&
                   one.publication.routing_key == confirm.routing_key;
        });
        if (job != under_way.end()) job->is_returned = true;
        return;
    }
    for (auto job = under_way.begin(); job != under_way.end() && job->number <= confirm.number;) {
        if (job->number < confirm.number && !confirm.is_for_all_before) {
            ++job;
            continue;
        }
        AmqpAnswer given{AmqpAnswer::Kind::confirmed, {}};
        if (confirm.kind == AmqpConfirm::Kind::refused) given = {AmqpAnswer::Kind::unanswered, "refused by the broker"};
        if (job->is_returned)
            given = {AmqpAnswer::Kind::returned, "no queue is bound for " + job->publication.routing_key};
        answer(*job, std::move(given));
        job = under_way.erase(job);
    }
}

// What is under way stays known to the broker under its number: an answer that comes later is for nobody.
void AmqpPublisher::State::expire() {
    const auto now = Clock::now();
    for (auto* jobs : {&under_way, &waiting}) {
        for (auto job = jobs->begin(); job != jobs->end();) {
            if (job->end > now) {
                ++job;
                continue;
            }
            answer(*job, {AmqpAnswer::Kind::unanswered, "no answer from the broker"});
            job = jobs->erase(job);
        }
    }
}

// False when it is time to stop.
bool AmqpPublisher::State::rest(std::chrono::milliseconds wait) {
    const auto end = Clock::now() + wait;
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
        take();
        expire();
        std::unique_lock lock(mutex);
        if (changed.wait_until(lock, std::min(end, now + most_silence), [this] { return is_stopping; })) return false;
    }
    return true;
}

}  // namespace fedmsgbot
