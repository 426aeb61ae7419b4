#pragma once

#include <cstdint>
#include <string_view>

namespace fedmsgbot {

// FNV-1a: the same on every machine and in every version, so that what is made of it stays. No secret depends on it.
constexpr std::uint32_t name_hash(std::string_view name) {
    std::uint32_t hash = 2166136261U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

}  // namespace fedmsgbot
