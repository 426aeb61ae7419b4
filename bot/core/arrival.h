#pragma once

#include <cstdint>

namespace fedmsgbot {

// What is known of who wrote a message. The numbers are in the journal: they stay.
enum class Trust : std::uint8_t {
    unchecked = 0,  // nobody asked
    genuine = 1,    // signed by somebody who may say this
    unsigned_message = 2,
    invalid = 3,  // a signature that is not good for it
};

// How a message came to us, which its bytes do not say. The journal keeps it with them.
struct Arrival {
    Trust trust = Trust::unchecked;
    bool is_late = false;  // from an archive, after a gap: no news any more

    bool operator==(const Arrival&) const = default;
};

}  // namespace fedmsgbot
