#include "bot/store/recent_ids.h"

#include <bit>
#include <cassert>

namespace fedmsgbot {

RecentIds::RecentIds(std::size_t most) : most_(most), newest_(std::bit_ceil(most), none) {
    assert(most > 0 && most < none);
    records_.reserve(most);  // room, not memory: a page is the system's until it is written to
}

void RecentIds::add(Entry entry, std::string_view id) {
    auto at = static_cast<Index>(records_.size());
    if (records_.size() < most_) {
        records_.emplace_back();
    } else {
        at = oldest_;
        forget(at);
        oldest_ = (oldest_ + 1) % static_cast<Index>(most_);
    }
    const auto hash = hash_of(id);
    auto& newest = newest_[bucket(hash)];
    records_[at] = {hash, newest, entry};
    newest = at;
}

// The oldest of all is the last of its bucket, but a bucket has one or two.
void RecentIds::forget(Index at) {
    auto* link = &newest_[bucket(records_[at].hash)];
    while (*link != at) link = &records_[*link].older;
    *link = records_[at].older;
}

}  // namespace fedmsgbot
