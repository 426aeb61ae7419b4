#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fedmsgbot {

// What is published: a JSON text, kept by the broker over its own restart.
struct AmqpPublication {
    using HeaderValue = std::variant<std::string, bool, std::int64_t>;

    std::string routing_key;
    std::string id;  // the same when it is published again
    std::string body;
    std::vector<std::pair<std::string, HeaderValue>> headers{};
    std::optional<std::uint8_t> priority{};
};

// What the broker says of what was published on a connection, in the order of publication from 1 on.
struct AmqpConfirm {
    enum class Kind {
        confirmed,  // on the disk of every queue that gets it
        refused,    // not now
        returned,   // no queue gets it; a confirmation that means nothing follows
    };
    Kind kind = Kind::confirmed;
    std::uint64_t number = 0;  // not of what is returned: that is known by the next two
    bool is_for_all_before = false;
    std::string routing_key;
    std::string id;
};

}  // namespace fedmsgbot
