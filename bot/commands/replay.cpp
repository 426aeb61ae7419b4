#include "bot/commands/replay.h"

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/log.h"
#include "bot/core/message.h"
#include "bot/core/text.h"
#include "bot/source/line_reader.h"
#include "bot/source/zmq_publisher.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A subscriber that takes nothing for so long takes nothing any more. After a signal nobody waits so long.
constexpr auto linger_at_the_end = std::chrono::minutes(10);
constexpr auto linger_for_the_gone = 1s;

void say(const std::string& text) { std::fputs((clean_line(text, 2000) + "\n").c_str(), stderr); }

// Spreads messages evenly: the n-th is due n/rate after the start. Whoever is late by more than a second starts anew:
// a pause of the machine must not become a burst.
class Beat {
public:
    explicit Beat(double rate) : rate_(rate) {}

    asio::awaitable<void> wait() {
        if (!(rate_ > 0)) co_return;
        const auto now = Clock::now();
        const auto due =
            start_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(n_ / rate_));
        if (n_ == 0 || now - due > 1s) {
            start_ = now;
            n_ = 1;
            co_return;
        }
        n_ += 1;
        if (due <= now) co_return;
        asio::steady_timer timer(co_await asio::this_coro::executor, due);
        co_await timer.async_wait(asio::use_awaitable);
    }

private:
    using Clock = std::chrono::steady_clock;
    double rate_;
    double n_ = 0;
    Clock::time_point start_{};
};

class Replay {
public:
    Replay(const ReplayOptions& options, LineReader reader, ZmqPublisher& publisher)
        : options_(options), reader_(std::move(reader)), publisher_(publisher), beat_(options.rate) {}

    asio::awaitable<void> run() {
        co_await publisher_.wait_for_subscriber();
        log::info("replay.started", {{"file", reader_.name()}});
        for (bool is_first = true;; is_first = false) {
            const auto before = publisher_.published();
            co_await pass(is_first);
            if (!options_.is_loop) co_return;
            if (publisher_.published() == before) throw std::runtime_error(reader_.name() + ": no message in it");
            reader_.rewind();
        }
    }

    std::uint64_t bad_lines() const { return bad_lines_; }

private:
    asio::awaitable<void> pass(bool is_first) {
        std::string line;
        for (;;) {
            const auto step = reader_.next(line);
            if (step == LineReader::Step::end) co_return;
            if (step == LineReader::Step::line && line.empty()) continue;
            const auto message = step == LineReader::Step::line
                                     ? Message::parse(line)
                                     : Problem{{}, fmt::format("longer than {} bytes", LineReader::most_bytes)};
            if (!message) {
                if (is_first) report(message.problems().front().text);
                continue;
            }
            co_await beat_.wait();
            std::string topic(message->envelope()["topic"].text());
            co_await publisher_.publish(std::move(topic), std::move(line));
        }
    }

    void report(std::string_view why) {
        ++bad_lines_;
        say(fmt::format("{}:{}: {}", reader_.name(), reader_.line_number(), why));
    }

    const ReplayOptions& options_;
    LineReader reader_;
    ZmqPublisher& publisher_;
    Beat beat_;
    std::uint64_t bad_lines_ = 0;
};

int replay_from(LineReader reader, const ReplayOptions& options) {
    asio::io_context context;
    ZmqPublisher::Options socket;
    // For what waits for a subscriber that breaks off this counts as it was set before it came: the library keeps it.
    socket.linger = linger_for_the_gone;
    ZmqPublisher publisher(context.get_executor(), options.bind, socket);
    Replay replay(options, std::move(reader), publisher);
    std::exception_ptr failure;
    {
        // Gone before the publisher sends what is left: a second signal ends the program at once.
        asio::signal_set signals(context, SIGINT, SIGTERM);
        asio::cancellation_signal stop;
        bool is_stopped = false;
        signals.async_wait([&](const boost::system::error_code& error, int) {
            if (error) return;
            is_stopped = true;
            stop.emit(asio::cancellation_type::terminal);
        });
        const auto ended = [&](std::exception_ptr thrown) {
            if (!is_stopped) {
                failure = thrown;
                publisher.set_linger(linger_at_the_end);
            }
            signals.cancel();
        };
        log::info("replay.waiting", {{"endpoint", publisher.endpoint()}});
        asio::co_spawn(context, replay.run(), asio::bind_cancellation_slot(stop.slot(), ended));
        context.run();
    }
    log::info("replay.done", {{"published", publisher.published()}, {"bad_lines", replay.bad_lines()}});
    if (failure) std::rethrow_exception(failure);
    return replay.bad_lines() == 0 ? 0 : 1;
}

}  // namespace

int replay(const ReplayOptions& options) {
    auto reader = LineReader::open(options.file);
    if (!reader) {
        say(describe(reader.problems().front()));
        return 2;
    }
    try {
        return replay_from(std::move(reader).value(), options);
    } catch (const std::exception& error) {
        say(error.what());
        return 1;
    }
}

}  // namespace fedmsgbot
