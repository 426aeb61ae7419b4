#include "tests/support/steady_bus.h"

#include <chrono>

#include <fmt/format.h>

namespace fedmsgbot::testing {

bool SteadyBus::start() {
    if (!bus_.sees_subscriptions()) return false;
    thread_ = std::thread([this] {
        constexpr std::chrono::milliseconds every(20);
        const std::string topic = "org.fedoraproject.prod.announce.announcement";
        for (auto next = std::chrono::steady_clock::now(); !must_end_; next += every) {
            const int number = sent_;
            bus_.send(topic, fedmsg(topic, static_cast<std::uint64_t>(number) + 1, "tester",
                                    fmt::format(R"({{"message":"Number {}","link":"https://example.org/"}})", number)));
            ++sent_;
            std::this_thread::sleep_until(next + every);
        }
    });
    return true;
}

int SteadyBus::stop() {
    must_end_ = true;
    if (thread_.joinable()) thread_.join();
    return sent_;
}

}  // namespace fedmsgbot::testing
