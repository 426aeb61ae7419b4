#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fedmsgbot::tmpl {

// Memory for the values of one message: handed out by moving a pointer, given back all at once by reset.
// Bounded, since strangers decide how much is asked for: when it is spent it answers nullptr, and the value that wanted
// it becomes undefined. One thread.
class Arena {
public:
    static constexpr std::size_t most_bytes = 8 * 1024 * 1024;

    template <class T>
    T* array(std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        if (count > most_bytes / sizeof(T)) return nullptr;
        return static_cast<T*>(bytes(count * sizeof(T)));
    }

    // Empty when spent.
    std::string_view copy(std::string_view text) {
        auto* place = array<char>(text.size());
        if (!place || text.empty()) return {};
        std::memcpy(place, text.data(), text.size());
        return {place, text.size()};
    }

    void reset() {
        if (chunks_.size() > 1) chunks_.resize(1);
        next_ = chunks_.empty() ? nullptr : chunks_.front().get();
        left_ = chunks_.empty() ? 0 : chunk_bytes;
        handed_out_ = 0;
    }

private:
    static constexpr std::size_t chunk_bytes = 64 * 1024;

    void* bytes(std::size_t size) {
        // An empty array has a place, too: nullptr means spent.
        size = (std::max<std::size_t>(size, 1) + 15) & ~std::size_t{15};
        if (handed_out_ + size > most_bytes) return nullptr;
        handed_out_ += size;
        if (size > left_) grow(size);
        auto* place = next_;
        next_ += size;
        left_ -= size;
        return place;
    }

    void grow(std::size_t size) {
        const auto chunk = std::max(size, chunk_bytes);
        chunks_.emplace_back(new char[chunk]);
        // The first chunk is the one that reset keeps, so it has to be of the usual size.
        if (chunks_.size() == 1 && chunk != chunk_bytes) chunks_.emplace(chunks_.begin(), new char[chunk_bytes]);
        next_ = chunks_.back().get();
        left_ = chunk;
    }

    std::vector<std::unique_ptr<char[]>> chunks_;
    char* next_ = nullptr;
    std::size_t left_ = 0;
    std::size_t handed_out_ = 0;
};

}  // namespace fedmsgbot::tmpl
