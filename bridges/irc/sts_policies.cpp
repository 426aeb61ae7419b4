#include "bridges/irc/sts_policies.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace {

using std::chrono::seconds;

constexpr std::size_t max_hosts = 100;
constexpr seconds heeded{300};
constexpr seconds longest{400LL * 86400};  // whatever a server claims

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::int64_t seconds_of(StsPolicies::Time time) {
    return std::chrono::duration_cast<seconds>(time.time_since_epoch()).count();
}

}  // namespace

StsOffer StsOffer::parse(std::string_view value) {
    StsOffer offer;
    while (!value.empty()) {
        const auto part = value.substr(0, value.find(','));
        value.remove_prefix(std::min(part.size() + 1, value.size()));
        if (part.starts_with("port=")) offer.port = number<std::uint16_t>(part.substr(5)).value_or(0);
        if (part.starts_with("duration="))
            if (const auto count = number<std::uint32_t>(part.substr(9)))
                offer.duration = std::min(seconds(*count), longest);
    }
    return offer;
}

StsPolicies::StsPolicies(std::filesystem::path file) : file_(std::move(file)) { read(); }

void StsPolicies::learn(const std::string& host, std::uint16_t port, seconds duration, Time now) {
    if (duration > seconds(0))
        put(host, {port, now + duration, true});
    else if (policies_.erase(host) == 0)
        return;
    write();
}

void StsPolicies::heed(const std::string& host, std::uint16_t port, Time now) {
    // What a verified server said counts for more.
    if (!this->port(host, now)) put(host, {port, now + heeded, false});
}

std::optional<std::uint16_t> StsPolicies::port(const std::string& host, Time now) const {
    const auto found = policies_.find(host);
    if (found == policies_.end() || found->second.until <= now) return std::nullopt;
    return found->second.port;
}

void StsPolicies::put(const std::string& host, Policy policy) {
    if (policies_.size() < max_hosts || policies_.contains(host)) policies_.insert_or_assign(host, policy);
}

// A line each: host, port, seconds since 1970 until which it counts.
void StsPolicies::read() {
    std::ifstream in(file_);
    std::string host;
    std::uint16_t port = 0;
    std::int64_t until = 0;
    while (in >> host >> port >> until) put(host, {port, Time(seconds(until)), true});
    if (in.is_open() && !in.eof()) log::warn("irc.sts_unreadable", {{"file", file_.string()}});
}

void StsPolicies::write() const {
    const auto fresh = std::filesystem::path(file_).concat(".new");
    std::ofstream out(fresh, std::ios::trunc);
    for (const auto& [host, policy] : policies_)
        if (policy.is_kept) out << host << ' ' << policy.port << ' ' << seconds_of(policy.until) << '\n';
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(fresh, file_, error);
    if (!out || error) log::warn("irc.sts_unwritable", {{"file", file_.string()}});
}

}  // namespace fedmsgbot
