#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// What the verification of one message found. `reason` is one of a fixed set of sentences, so that it can be counted;
// `detail` is more about this one message, for people, on one line, and may be empty.
struct Verdict {
    enum class Kind { valid, unsigned_message, invalid };

    Kind kind = Kind::invalid;
    std::string_view reason;
    std::string detail;

    bool is_valid() const { return kind == Kind::valid; }
};

// `reason (detail)`.
std::string describe(const Verdict& verdict);

}  // namespace fedmsgbot
