#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace fedmsgbot {

// Bytes that are written from front to back, again and again in the same memory. Not a std::string, whose checks at
// each of many short pieces cost more than the pieces.
class ByteBuffer {
public:
    std::size_t size() const { return size_; }
    std::string_view view() const { return {bytes_.get(), size_}; }
    std::string_view view(std::size_t begin, std::size_t end) const { return {bytes_.get() + begin, end - begin}; }
    void shrink(std::size_t size) { size_ = size; }

    void reserve(std::size_t capacity) {
        if (capacity <= capacity_) return;
        capacity_ = std::max(capacity, 2 * capacity_);
        auto more = std::make_unique_for_overwrite<char[]>(capacity_);
        if (size_ > 0) std::memcpy(more.get(), bytes_.get(), size_);
        bytes_ = std::move(more);
    }
    void append(char c) {
        reserve(size_ + 1);
        bytes_[size_++] = c;
    }
    void append(const char* begin, std::size_t count) {
        reserve(size_ + count);
        if (count > 0) std::memcpy(bytes_.get() + size_, begin, count);
        size_ += count;
    }
    void append(std::string_view text) { append(text.data(), text.size()); }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace fedmsgbot
