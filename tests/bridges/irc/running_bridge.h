#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "bridges/irc/irc_bridge.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// Settings for a server on loopback without TLS, with hardly any patience.
inline IrcSettings quick_settings(std::uint16_t port) {
    using namespace std::chrono_literals;
    IrcSettings settings;
    settings.server = "127.0.0.1";
    settings.port = port;
    settings.tls = false;
    settings.nick = "bot";
    settings.username = "bot";
    settings.realname = "a test";
    settings.style = {false, 2, LineStyle::default_palette(), LineForm::terse};
    settings.timings.join_every = 0ms;
    settings.timings.rejoin_least = 50ms;
    settings.timings.reconnect_least = 20ms;
    settings.timings.reconnect_most = 200ms;
    settings.timings.good_bye = 200ms;
    return settings;
}

inline std::size_t count(const Outcomes& outcomes, Outcome::Kind kind) {
    return static_cast<std::size_t>(
        std::count_if(outcomes.begin(), outcomes.end(), [&](const auto& outcome) { return outcome.kind() == kind; }));
}

// An IRC bridge at work in the test's loop, which stands still while the test does not wait for something.
class RunningBridge {
public:
    using Answer = std::shared_ptr<Outcomes>;

    RunningBridge(boost::asio::io_context& loop, IrcSettings settings, std::vector<std::string> channels = {"#test"},
                  const std::filesystem::path& state = {})
        : loop_(loop),
          bridge_({loop.get_executor(),
                   "net",
                   state.empty() ? folder_.path() : state,
                   std::move(channels),
                   pacer_,
                   {},
                   &inquiries_},
                  std::move(settings)) {
        boost::asio::co_spawn(loop_, bridge_.run(),
                              boost::asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr trouble) {
                                  is_running_ = false;
                                  if (trouble) std::rethrow_exception(trouble);
                              }));
    }
    ~RunningBridge() { stop(); }

    // Says good-bye and waits for the end; false when that does not come.
    bool stop() {
        stop_.emit(boost::asio::cancellation_type::all);
        return run_until([this] { return !is_running_; });
    }

    IrcBridge& bridge() { return bridge_; }
    Inquiries& inquiries() { return inquiries_; }

    // Runs the loop until it holds; false after `most`.
    bool run_until(const std::function<bool()>& holds, std::chrono::milliseconds most = std::chrono::seconds(20)) {
        const auto end = std::chrono::steady_clock::now() + most;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > end) return false;
            loop_.run_one_for(std::chrono::milliseconds(10));
        }
        return true;
    }

    // Why nothing can be said there; empty when something can.
    std::string hindrance(const std::string& channel = "#test") const {
        for (const auto& status : bridge_.status())
            if (status.name == channel) return status.hindrance;
        throw std::runtime_error("no such channel: " + channel);
    }
    bool run_until_ready(const std::string& channel = "#test") {
        return run_until([&] { return hindrance(channel).empty(); });
    }

    // A delivery under way; empty until it was answered.
    Answer start(std::vector<std::string> texts, std::string channel = "#test") {
        auto answer = std::make_shared<Outcomes>();
        boost::asio::co_spawn(loop_, deliver(*this, posts_of(std::move(texts), std::move(channel)), answer),
                              [](std::exception_ptr trouble) {
                                  if (trouble) std::rethrow_exception(trouble);
                              });
        return answer;
    }
    // Delivers and waits for the answer; empty when none came in time.
    Outcomes deliver(std::vector<std::string> texts, std::string channel = "#test") {
        const auto answer = start(std::move(texts), std::move(channel));
        run_until([&] { return !answer->empty(); }, std::chrono::seconds(40));
        return *answer;
    }
    // As an outbox would: again and again what is to be retried, in batches, until all is delivered.
    bool insist(std::vector<std::string> texts, std::string channel = "#test") {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!texts.empty() && std::chrono::steady_clock::now() < end) {
            const auto size = std::min(texts.size(), bridge_.batch_limit());
            const auto outcomes = deliver({texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(size)}, channel);
            const auto delivered = count(outcomes, Outcome::Kind::delivered);
            texts.erase(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(delivered));
        }
        return texts.empty();
    }

private:
    struct NoBook : Receipts {
        void settle(Entry, const std::string&, Settlement) override {}
    };
    using Posts = std::vector<std::unique_ptr<Post>>;

    Posts posts_of(std::vector<std::string> texts, std::string channel) {
        Posts posts;
        for (auto& text : texts) {
            auto line = std::make_shared<Line>();
            line->service = "git";
            line->title = "git.receive";
            line->text = std::move(text);
            // The journal's number: the same for each attempt.
            const auto entry = entries_.try_emplace(line->text, entries_.size() + 1).first->second;
            posts.push_back(std::make_unique<Post>(nullptr, std::move(line), channel, SystemTime{},
                                                   Share(book_, entry, "net/" + channel)));
        }
        return posts;
    }

    static boost::asio::awaitable<void> deliver(RunningBridge& self, Posts posts, Answer answer) {
        Bridge::Batch batch;
        for (const auto& post : posts) batch.push_back(post.get());
        *answer = co_await self.bridge_.deliver(batch);
    }

    boost::asio::io_context& loop_;
    TempFolder folder_;
    NoBook book_;
    std::map<std::string, Entry> entries_;
    Pacer pacer_{1000, Pacer::Duration{0}};
    Inquiries inquiries_;
    IrcBridge bridge_;
    boost::asio::cancellation_signal stop_;
    bool is_running_ = true;
};

}  // namespace fedmsgbot::testing
