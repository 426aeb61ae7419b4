#pragma once

#include <cstdint>

namespace fedmsgbot {

// What is known of who wrote a message. The numbers are in the journal: they stay.
enum class Trust : std::uint8_t {
    unchecked = 0,  // nobody asked, or whoever gave it to us vouches for it
    genuine = 1,    // signed by somebody who may say this
    unsigned_message = 2,
    invalid = 3,  // a signature that is not good for it
};

// What the configuration asks of signatures. The numbers are in the journal: they stay.
enum class Demand : std::uint8_t {
    ignore = 0,   // nothing
    mark = 1,     // what is not signed well is shown as that, without a word of what it says
    require = 2,  // what is not signed well does not go on
};

// How a message came to us, which its bytes do not say. The journal keeps it with them.
struct Arrival {
    Trust trust = Trust::unchecked;
    bool is_late = false;            // from an archive, after a gap: no news any more
    Demand demand = Demand::ignore;  // of its source, for routes that ask nothing of their own

    bool operator==(const Arrival&) const = default;
    // Was it looked at, and found without a good signature?
    bool is_suspect() const { return trust == Trust::unsigned_message || trust == Trust::invalid; }
};

// What the routes together ask of the messages with one topic, from one source.
struct Scrutiny {
    bool is_asked = false;        // by one at least: they have to be verified
    bool takes_suspects = false;  // one takes, marked or not, what is suspect
};

}  // namespace fedmsgbot
