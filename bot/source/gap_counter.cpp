#include "bot/source/gap_counter.h"

#include <algorithm>
#include <functional>

namespace fedmsgbot {

namespace {

// A stream that was silent for so many messages of its sender is a process that has ended.
constexpr std::uint64_t silence_of_the_dead = 256;

// The end of a certificate is the authority's signature: as good as the whole of it, and much less to read.
std::uint64_t sender_key(const Message& message) {
    const auto certificate = message.envelope()["certificate"].text();
    const auto name = certificate.empty() ? message.sender() : certificate;
    return std::hash<std::string_view>{}(name.substr(name.size() - std::min<std::size_t>(name.size(), 256)));
}

}  // namespace

void GapCounter::see(const Message& message, SystemTime now) {
    const auto number = message.envelope()["i"];
    if (number.kind() != JsonView::Kind::integer || number.integer() <= 0) return;
    if (message.sender().empty() && !message.envelope()["certificate"].is_text()) return;
    see(sender_key(message), static_cast<std::uint64_t>(number.integer()), now);
}

void GapCounter::see(std::uint64_t key, std::uint64_t number, SystemTime now) {
    auto& from = sender(key);
    ++from.messages;
    if (from.is_crowd) return;
    auto& streams = from.streams;
    // Of two that fit, the one heard of last: the other is mostly a process that has ended.
    Stream* follows = nullptr;
    for (auto& stream : streams)
        if (stream.last + 1 == number && (!follows || stream.heard > follows->heard)) follows = &stream;
    if (follows) return follow(from, *follows, number);
    if (std::any_of(streams.begin(), streams.end(), [&](const Stream& s) { return s.last == number; })) return;
    for (auto& stream : streams) {
        const auto hole = std::find_if(stream.holes.begin(), stream.holes.end(),
                                       [&](const Hole& h) { return number >= h.first && number < h.end; });
        if (hole == stream.holes.end()) continue;
        stream.holes.erase(hole);
        return start_stream(from, number);
    }
    Stream* below = nullptr;
    for (auto& stream : streams)
        if (stream.last < number && number - stream.last <= widest && (!below || stream.last > below->last))
            below = &stream;
    if (!below || number == 1) return start_stream(from, number);
    if (below->holes.size() == most_holes) below->holes.pop_front();
    below->holes.push_back({below->last + 1, number, now});
    below->last = number;
    below->heard = from.messages;
}

GapCounter::Sender& GapCounter::sender(std::uint64_t key) {
    if (senders_.size() == most_senders && !senders_.contains(key))
        senders_.erase(std::min_element(senders_.begin(), senders_.end(),
                                        [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; }));
    auto& found = senders_[key];
    found.heard = ++messages_;
    return found;
}

void GapCounter::start_stream(Sender& from, std::uint64_t number) {
    std::erase_if(from.streams, [&](const Stream& s) {
        return from.streams.size() >= most_streams && from.messages - s.heard > silence_of_the_dead;
    });
    if (from.streams.size() >= most_streams) {
        from.streams.clear();
        from.is_crowd = true;
        return;
    }
    Stream fresh;
    fresh.last = number;
    fresh.heard = from.messages;
    from.streams.push_back(std::move(fresh));
}

void GapCounter::follow(Sender& from, Stream& stream, std::uint64_t number) {
    stream.last = number;
    stream.heard = from.messages;
    for (auto& hole : stream.holes) ++hole.since;
    while (!stream.holes.empty() && stream.holes.front().since >= proof) {
        const auto& hole = stream.holes.front();
        lost_ += hole.end - hole.first;
        loss_ = loss_ ? std::min(*loss_, hole.opened) : hole.opened;
        stream.holes.pop_front();
    }
}

}  // namespace fedmsgbot
