#include "bot/commands/relay.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/log.h"
#include "bot/core/message.h"
#include "bot/core/text.h"
#include "bot/service.h"
#include "bot/source/zmq_publisher.h"
#include "bot/source/zmq_socket.h"
#include "bot/trust/gate.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr int most_of_a_batch = 256;
// After the signal: for what has arrived already, and for what subscribers have not taken yet.
constexpr auto intake_after_a_signal = 1s;
constexpr auto linger_after_a_signal = 3s;

// Bare, an endpoint is bound, as a relay of the bus binds both of its ends.
bool connects(const std::string& endpoint) { return endpoint.starts_with("connect:"); }

ZmqSocket::Options in_options(int queue) {
    ZmqSocket::Options options;
    options.high_water_mark = queue;
    return options;
}

ZmqPublisher::Options out_options(const RelayOptions& options) {
    ZmqPublisher::Options made;
    made.side = connects(options.out) ? ZmqPublisher::Side::connects : ZmqPublisher::Side::binds;
    made.linger = linger_after_a_signal;
    made.high_water_mark = options.queue;
    return made;
}

class Relay {
public:
    Relay(asio::io_context& context, const RelayOptions& options, Verifier* verifier)
        : verifier_(verifier),
          out_(context.get_executor(), relay_address(options.out), out_options(options)),
          in_(context.get_executor(), ZmqSocket::Kind::sub, in_options(options.queue)) {
        if (std::any_of(options.in.begin(), options.in.end(), connects))
            in_.watch([](bool is_up, std::string_view endpoint) {
                log::info(is_up ? "relay.connected" : "relay.disconnected", {{"endpoint", endpoint}});
            });
        in_.subscribe("");
        for (const auto& endpoint : options.in) {
            if (connects(endpoint))
                in_.connect(relay_address(endpoint));
            else
                in_.bind(relay_address(endpoint));
        }
    }

    asio::awaitable<void> pass() {
        const auto executor = co_await asio::this_coro::executor;
        for (;;) {
            co_await asio::post(executor, asio::use_awaitable);
            co_await in_.wait_readable();
            take_batch();
        }
    }

    asio::awaitable<void> follow_subscribers() {
        co_await out_.follow_subscriptions([this](std::string_view prefix) {
            std::uint64_t held_back = 0;
            if (subscribed_log_.admits(held_back))
                log::info("relay.subscribed", {{"prefix", clean_line(prefix, 200)}, {"held_back", held_back}});
        });
    }

    asio::awaitable<void> tell_each_minute() {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (;;) {
            timer.expires_after(60s);
            co_await timer.async_wait(asio::use_awaitable);
            log::info("status " + counts());
        }
    }

    // What has arrived is passed on, what was passed on is sent.
    void finish() {
        const auto end = std::chrono::steady_clock::now() + intake_after_a_signal;
        while (take_batch() && std::chrono::steady_clock::now() < end) {
        }
        const bool is_all_sent = out_.close();
        for (const auto& [reason, count] : refused_by_reason_)
            log::info("relay.refusals", {{"reason", reason}, {"count", count}});
        if (!is_all_sent) log::warn("relay.unsent", {{"why", "a subscriber did not take everything in time"}});
        log::info("summary " + counts());
    }

private:
    bool take_batch() {
        int taken = 0;
        while (taken < most_of_a_batch && in_.try_receive(frames_)) {
            ++taken;
            take();
        }
        return taken > 0;
    }

    void take() {
        ++received_;
        if (frames_.count != 2) return drop_malformed(fmt::format("{} frames instead of 2", frames_.count));
        if (frames_.first.empty()) return drop_malformed("an empty topic frame");
        if (frames_.first.size() > Message::max_topic_bytes) return drop_malformed("a topic that is too long");
        if (verifier_) {
            const auto verdict = verifier_->verify(frames_.second, frames_.first);
            if (!verdict.is_valid()) return refuse(verdict);
        }
        ++passed_;
        if (!out_.publish_shedding(frames_.first, frames_.second)) shed();
    }

    void drop_malformed(std::string_view why) {
        ++malformed_;
        std::uint64_t held_back = 0;
        if (!malformed_log_.admits(held_back)) return;
        log::warn("relay.malformed", {{"why", why},
                                      {"topic", clean_line(frames_.first, 200)},
                                      {"bytes", frames_.second.size()},
                                      {"held_back", held_back}});
    }

    // The reasons are a fixed set of sentences: strangers cannot make this map grow.
    void refuse(const Verdict& verdict) {
        ++refused_;
        ++refused_by_reason_[std::string(verdict.reason)];
        std::uint64_t held_back = 0;
        if (!refused_log_.admits(held_back)) return;
        const auto message = Message::parse(frames_.second);
        log::warn("relay.refused", {{"why", describe(verdict)},
                                    {"topic", clean_line(frames_.first, 200)},
                                    {"id", message ? message->id() : "none"},
                                    {"held_back", held_back}});
    }

    void shed() {
        ++shed_;
        std::uint64_t held_back = 0;
        if (!shed_log_.admits(held_back)) return;
        log::warn("relay.shed", {{"why", "a subscriber is too far behind and misses messages"},
                                 {"topic", clean_line(frames_.first, 200)},
                                 {"held_back", held_back}});
    }

    std::string counts() const {
        return fmt::format("received={} passed={} refused={} malformed={} shed={}", received_, passed_, refused_,
                           malformed_, shed_);
    }

    Verifier* verifier_;  // null: everything is passed
    ZmqPublisher out_;    // bound before the first message can come in
    ZmqSocket in_;
    ZmqSocket::Frames frames_;
    std::uint64_t received_ = 0, passed_ = 0, refused_ = 0, malformed_ = 0, shed_ = 0;
    std::map<std::string, std::uint64_t> refused_by_reason_;
    log::Limiter malformed_log_, refused_log_, shed_log_, subscribed_log_{std::chrono::seconds(1)};
};

int run_relay(const RelayOptions& options, Verifier* verifier) {
    asio::io_context context{1};
    Relay relay(context, options, verifier);
    std::exception_ptr failure;
    {
        // Gone before the rest is sent: a second signal ends the program at once.
        asio::signal_set signals(context, SIGINT, SIGTERM);
        signals.async_wait([&](const boost::system::error_code& error, int number) {
            if (error) return;
            log::info("relay.stopping", {{"signal", number}});
            context.stop();
        });
        const auto ended = [&](std::exception_ptr thrown) {
            failure = thrown;
            context.stop();
        };
        asio::co_spawn(context, relay.pass(), ended);
        asio::co_spawn(context, relay.follow_subscribers(), ended);
        asio::co_spawn(context, relay.tell_each_minute(), ended);
        log::info("relay.started", {{"in", fmt::format("{}", fmt::join(options.in, " "))},
                                    {"out", options.out},
                                    {"verify", verifier ? "yes" : "no"}});
        service::ready("passing messages on");
        context.run();
    }
    service::stopping();
    if (failure) std::rethrow_exception(failure);
    relay.finish();
    return 0;
}

}  // namespace

std::string relay_address(const std::string& endpoint) {
    for (const std::string_view mark : {"connect:", "bind:"})
        if (endpoint.starts_with(mark)) return endpoint.substr(mark.size());
    return endpoint;
}

int relay_command(const RelayOptions& options) {
    std::optional<Verifier> verifier;
    if (options.trust) {
        auto made = make_verifier(*options.trust);
        if (!made) {
            std::fputs(describe(made.problems()).c_str(), stderr);
            return 2;
        }
        verifier.emplace(std::move(*made));
    }
    try {
        return run_relay(options, verifier ? &*verifier : nullptr);
    } catch (const std::exception& error) {
        std::fputs((clean_line(error.what(), 2000) + "\n").c_str(), stderr);
        return 1;
    }
}

}  // namespace fedmsgbot
