#include "bridges/timeline/client_limits.h"

#include <algorithm>
#include <vector>

namespace fedmsgbot {

namespace {

std::string key_of(const boost::asio::ip::address& client) {
    if (client.is_v4()) return client.to_string();
    const auto bytes = client.to_v6().to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

}  // namespace

bool ClientLimits::admits_request(const boost::asio::ip::address& client, Clock::time_point now) {
    const auto key = key_of(client);
    auto at = buckets_.find(key);
    if (at == buckets_.end()) {
        if (buckets_.size() >= most_.clients) make_room();
        at = buckets_.emplace(key, Bucket{most_.requests, now}).first;
    }
    auto& bucket = at->second;
    const auto seconds = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.tokens = std::min(most_.requests, bucket.tokens + std::max(seconds, 0.0) * most_.requests_a_second);
    bucket.filled = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

// A part of them at once, so that strangers with many addresses cannot make each request cost a walk down the table.
void ClientLimits::make_room() {
    std::vector<std::pair<Clock::time_point, std::string>> seen;
    seen.reserve(buckets_.size());
    for (const auto& [key, bucket] : buckets_) seen.emplace_back(bucket.filled, key);
    const auto going = std::max<std::size_t>(seen.size() / 4, 1);
    std::nth_element(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(going - 1), seen.end());
    for (std::size_t i = 0; i < going; ++i) buckets_.erase(seen[i].second);
}

bool ClientLimits::admits_stream(const boost::asio::ip::address& client) const {
    const auto at = streams_.find(key_of(client));
    return at == streams_.end() || at->second < most_.streams;
}

void ClientLimits::begin_stream(const boost::asio::ip::address& client) { ++streams_[key_of(client)]; }

void ClientLimits::end_stream(const boost::asio::ip::address& client) {
    const auto at = streams_.find(key_of(client));
    if (at != streams_.end() && --at->second == 0) streams_.erase(at);
}

}  // namespace fedmsgbot
