#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/problem.h"
#include "bot/trust/byte_buffer.h"

namespace fedmsgbot {

// Reads one JSON text from front to back, once, and writes its canonical form to a buffer, text for text: what is plain
// is copied in runs, and nothing is decoded but keys that are out of order. The bytes and the buffer must outlive it.
// What the canonical form is, canonical_json.h says.
class CanonicalReader {
public:
    // A member of the outermost object, where it stands in the buffer: `"key":value`.
    struct Member {
        std::size_t begin, key_end, end;
        bool has_plain_key;  // it is written as it is
    };

    // What the buffer holds is forgotten.
    CanonicalReader(std::string_view in, ByteBuffer& out);

    // Whether the bytes are one value and nothing more; else problem() says why not.
    bool read();
    Problem problem() const;

    // After read(), if the value is an object: its members, sorted, each key once.
    bool is_object() const { return out_.view().starts_with('{'); }
    const std::vector<Member>& members() const { return members_; }
    std::string_view key(const Member& member) const { return out_.view(member.begin + 1, member.key_end - 1); }
    std::string_view value(const Member& member) const { return out_.view(member.key_end + 1, member.end); }

private:
    bool fail(const char* why);
    char peek() const { return at_ < end_ ? *at_ : '\0'; }
    void skip_blanks();
    bool skip(std::string_view word);
    bool skip(char c);
    bool read_value(std::size_t depth);
    bool read_array(std::size_t depth);
    bool read_object(std::size_t depth);
    bool read_member(std::size_t depth);
    bool read_text(bool& is_plain);
    bool read_escape();
    bool read_utf8();
    bool read_number();
    bool read_digits();
    bool comes_before(const Member& a, const Member& b) const;
    void reorder(std::size_t begin, std::size_t first);

    const char *begin_, *at_, *end_;
    ByteBuffer& out_;
    std::vector<Member> members_;  // of every object that is open
    std::string sorted_;
    const char* why_ = "";
};

// What a text in canonical form, without its quotes, says: UTF-8, but for lone surrogates, which have the three bytes
// that UTF-8 would give them.
std::string decode_canonical_text(std::string_view written);

}  // namespace fedmsgbot
