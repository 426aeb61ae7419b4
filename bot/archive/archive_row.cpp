#include "bot/archive/archive_row.h"

#include <algorithm>
#include <array>
#include <string>

#include "bot/archive/json_slices.h"

namespace fedmsgbot {

namespace {

// Never on the bus.
constexpr std::array added = {"source_name", "source_version", "agent_name", "users", "packages", "meta", "queue"};
// Null where the message had none.
constexpr std::array nullable = {"certificate", "signature", "crypto", "username", "headers", "priority"};

template <std::size_t size>
bool is_one_of(std::string_view key, const std::array<const char*, size>& keys) {
    return std::any_of(keys.begin(), keys.end(), [&](const char* other) { return key == other; });
}

bool is_left_out(const JsonSlice& slice) {
    if (is_one_of(slice.key, added)) return true;
    if (slice.value == "null") return is_one_of(slice.key, nullable);
    return slice.key == "headers" && slice.value.find(':') == std::string_view::npos;
}

// `1700000000.0`: senders have written whole seconds since 2013. Other fractions are from before, and stay.
std::string_view whole_seconds(std::string_view number) {
    const auto point = number.find('.');
    if (point == std::string_view::npos || point + 1 == number.size()) return number;
    return number.find_first_not_of('0', point + 1) == std::string_view::npos ? number.substr(0, point) : number;
}

}  // namespace

Result<Message> read_archive_row(std::string_view row) {
    std::string bytes = "{";
    each_slice(row, [&](JsonSlice slice) {
        if (is_left_out(slice)) return true;
        if (bytes.size() > 1) bytes += ',';
        bytes += '"';
        bytes += slice.key;
        bytes += "\":";
        bytes += slice.key == "timestamp" ? whole_seconds(slice.value) : slice.value;
        return true;
    });
    return Message::parse(bytes + '}');
}

}  // namespace fedmsgbot
