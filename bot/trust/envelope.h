#pragma once

#include <string>
#include <string_view>

#include "bot/core/result.h"
#include "bot/trust/byte_buffer.h"

namespace fedmsgbot {

// A signed message's body as its verifier looks at it: what is signed, and the members that say by whom. Read from the
// exact bytes of the wire; keeps its memory from message to message. One thread.
class Envelope {
public:
    // A member's value in canonical form.
    struct Value {
        std::string_view written;  // empty where the member is missing

        bool is_missing() const { return written.empty(); }
        bool is_text() const { return written.starts_with('"'); }
        std::string_view written_text() const { return written.substr(1, written.size() - 2); }  // in the quotes
        std::string text() const;                                                                // empty unless a text
    };

    // Empty if it could be read, and then the rest holds until the next read; else why not.
    std::string read(std::string_view body);

    Value topic, crypto, signature, certificate;

    // The canonical form of all members but signature and certificate.
    std::string_view signed_bytes() const { return signed_.view(); }

private:
    ByteBuffer whole_, signed_;
};

}  // namespace fedmsgbot
