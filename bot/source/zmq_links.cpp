#include "bot/source/zmq_links.h"

#include <algorithm>
#include <utility>

namespace fedmsgbot {

namespace {

std::string_view port(std::string_view endpoint) { return endpoint.substr(endpoint.rfind(':') + 1); }

// More names than this come from no configuration, but a host name can resolve to ever new addresses.
constexpr std::size_t most_names = 1000;

}  // namespace

void ZmqLinks::disconnected(std::string_view endpoint, Time now) { losses_.push_back({std::string(endpoint), now}); }

void ZmqLinks::closed(std::string_view endpoint) {
    if (failed_attempts_.size() >= most_names) failed_attempts_.clear();
    failed_attempts_.emplace(endpoint);
}

void ZmqLinks::retried(std::string_view endpoint) {
    if (const auto attempt = failed_attempts_.find(endpoint); attempt != failed_attempts_.end()) {
        failed_attempts_.erase(attempt);
        return;
    }
    const auto find = [&](auto&& fits) { return std::find_if(losses_.begin(), losses_.end(), fits); };
    auto answered = find([&](const Loss& loss) { return loss.endpoint == endpoint; });
    if (answered == losses_.end())
        answered = find([&](const Loss& loss) { return port(loss.endpoint) == port(endpoint); });
    if (answered != losses_.end()) losses_.erase(answered);
}

std::vector<std::string> ZmqLinks::take_abandoned(Time now) {
    std::vector<std::string> abandoned;
    const auto is_known = [&](const std::string& name) {
        return std::find(endpoints_.begin(), endpoints_.end(), name) != endpoints_.end();
    };
    for (const auto& loss : losses_) {
        if (now - loss.at < patience) continue;
        for (const auto& endpoint : endpoints_) {
            const bool is_it =
                is_known(loss.endpoint) ? endpoint == loss.endpoint : port(endpoint) == port(loss.endpoint);
            if (is_it && std::find(abandoned.begin(), abandoned.end(), endpoint) == abandoned.end())
                abandoned.push_back(endpoint);
        }
    }
    std::erase_if(losses_, [&](const Loss& loss) { return now - loss.at >= patience; });
    return abandoned;
}

}  // namespace fedmsgbot
