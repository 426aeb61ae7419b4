#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bot/core/receipt.h"
#include "bot/store/keyed_hash.h"

namespace fedmsgbot {

// The ids of the messages that were accepted last, so many and no more: which entry may have a given id. It keeps no
// id but 32 bits of a hash, so whoever asks looks at the entry itself; among 200,000 one question in 20,000 is for
// nothing. An index on the disk would be written at random places with every commit, which is most of what a commit
// would write. Full, it holds 16 bytes an id and 4 a bucket. One thread.
class RecentIds {
public:
    explicit RecentIds(std::size_t most);

    // Newer than all before; the oldest is forgotten where there is no room.
    void add(Entry entry, std::string_view id);

    // Is there an entry with this id? `has_it(entry)` looks.
    template <class HasIt>
    bool contains(std::string_view id, HasIt has_it) const {
        const auto hash = hash_of(id);
        for (auto at = newest_[bucket(hash)]; at != none; at = records_[at].older)
            if (records_[at].hash == hash && has_it(records_[at].entry)) return true;
        return false;
    }

private:
    using Index = std::uint32_t;
    static constexpr Index none = UINT32_MAX;

    struct Record {
        std::uint32_t hash;
        Index older;  // in the same bucket
        Entry entry;
    };

    std::uint32_t hash_of(std::string_view id) const { return static_cast<std::uint32_t>(keyed_hash_(id)); }
    std::size_t bucket(std::uint32_t hash) const { return hash & (newest_.size() - 1); }
    void forget(Index at);

    KeyedHash keyed_hash_;
    std::size_t most_;
    std::vector<Record> records_;  // a ring once it is full
    Index oldest_ = 0;
    std::vector<Index> newest_;  // by bucket
};

}  // namespace fedmsgbot
