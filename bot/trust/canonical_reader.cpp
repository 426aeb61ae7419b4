#include "bot/trust/canonical_reader.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "bot/core/json.h"
#include "bot/core/text.h"
#include "bot/trust/canonical_json.h"
#include "bot/trust/plain_run.h"
#include "bot/trust/python_text.h"

namespace fedmsgbot {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// What Python too writes behind a backslash, but for `u`.
bool is_short_escape(char c) {
    return c == 'n' || c == '"' || c == '\\' || c == 't' || c == 'r' || c == 'b' || c == 'f';
}

// Of four digits at `at`; -1 where they are none.
std::int32_t unit_at(const char* at, const char* end) {
    if (end - at < 4) return -1;
    std::int32_t unit = 0;
    for (int n = 0; n < 4; ++n) {
        const int value = hex_value(at[n]);
        if (value < 0) return -1;
        unit = unit * 16 + value;
    }
    return unit;
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0 | (code >> 6));
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xe0 | (code >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | (code >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace

CanonicalReader::CanonicalReader(std::string_view in, ByteBuffer& out)
    : begin_(in.data()), at_(in.data()), end_(in.data() + in.size()), out_(out) {
    out_.shrink(0);
    out_.reserve(in.size() + 64);
    members_.reserve(64);
}

bool CanonicalReader::read() {
    skip_blanks();
    if (!read_value(0)) return false;
    skip_blanks();
    return at_ == end_ || fail("more after the value");
}

Problem CanonicalReader::problem() const {
    return Problem{{}, fmt::format("not JSON: {} at byte {}", why_, at_ - begin_)};
}

bool CanonicalReader::fail(const char* why) {
    why_ = why;
    return false;
}

void CanonicalReader::skip_blanks() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
}

bool CanonicalReader::skip(std::string_view word) {
    if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, word.size()) != word) return false;
    at_ += word.size();
    return true;
}

bool CanonicalReader::skip(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
}

bool CanonicalReader::read_value(std::size_t depth) {
    if (depth > JsonDocument::max_depth) return fail("nested too deep");
    const char c = peek();
    if (c == '"') {
        bool is_plain;
        return read_text(is_plain);
    }
    if (is_digit(c)) return read_number();
    if (c == '{') return read_object(depth);
    if (c == '[') return read_array(depth);
    for (const std::string_view word : {"null", "true", "false", "NaN", "Infinity", "-Infinity"})
        if (skip(word)) {
            out_.append(word);
            return true;
        }
    return read_number();
}

bool CanonicalReader::read_array(std::size_t depth) {
    ++at_;
    out_.append('[');
    skip_blanks();
    for (bool is_first = true; peek() != ']' || !is_first; is_first = false) {
        if (!is_first) out_.append(',');
        if (!read_value(depth + 1)) return false;
        skip_blanks();
        if (peek() == ']') break;
        if (!skip(',')) return fail("no comma");
        skip_blanks();
    }
    ++at_;
    out_.append(']');
    return true;
}

bool CanonicalReader::read_object(std::size_t depth) {
    const auto begin = out_.size();
    const auto first = members_.size();
    bool is_sorted = true;
    ++at_;
    out_.append('{');
    skip_blanks();
    for (bool is_first = true; peek() != '}' || !is_first; is_first = false) {
        if (!is_first) out_.append(',');
        if (!read_member(depth)) return false;
        if (!is_first) is_sorted = is_sorted && comes_before(members_.end()[-2], members_.back());
        skip_blanks();
        if (peek() == '}') break;
        if (!skip(',')) return fail("no comma");
        skip_blanks();
    }
    ++at_;
    if (!is_sorted) reorder(begin, first);  // most senders write canonical bytes, and nothing is moved
    out_.append('}');
    if (depth > 0) members_.resize(first);
    return true;
}

bool CanonicalReader::read_member(std::size_t depth) {
    Member member{out_.size(), 0, 0, true};
    if (peek() != '"') return fail("no key");
    if (!read_text(member.has_plain_key)) return false;
    member.key_end = out_.size();
    skip_blanks();
    if (!skip(':')) return fail("no colon");
    skip_blanks();
    out_.append(':');
    if (!read_value(depth + 1)) return false;
    member.end = out_.size();
    members_.push_back(member);
    return true;
}

bool CanonicalReader::comes_before(const Member& a, const Member& b) const {
    // Their order is that of the code points, which escapes hide.
    if (a.has_plain_key && b.has_plain_key) return key(a) < key(b);
    return decode_canonical_text(key(a)) < decode_canonical_text(key(b));
}

// Of equal keys the last is kept: what Python's dict does.
void CanonicalReader::reorder(std::size_t begin, std::size_t first) {
    const auto from = members_.begin() + static_cast<std::ptrdiff_t>(first);
    std::stable_sort(from, members_.end(), [this](const auto& a, const auto& b) { return comes_before(a, b); });
    sorted_.clear();
    auto kept = from;
    for (auto at = from; at != members_.end(); ++at) {
        if (std::next(at) != members_.end() && key(*std::next(at)) == key(*at)) continue;
        sorted_ += sorted_.empty() ? '{' : ',';
        const auto moved_to = begin + sorted_.size();
        sorted_ += out_.view(at->begin, at->end);
        *kept++ = {moved_to, moved_to + (at->key_end - at->begin), moved_to + (at->end - at->begin), at->has_plain_key};
    }
    members_.erase(kept, members_.end());
    out_.shrink(begin);
    out_.append(sorted_);
}

bool CanonicalReader::read_text(bool& is_plain) {
    is_plain = true;
    const char* run = at_++;
    for (;;) {
        at_ = skip_plain(at_, end_);
        if (at_ == end_) return fail("a text without an end");
        if (*at_ == '"') {
            ++at_;
            out_.append(run, static_cast<std::size_t>(at_ - run));
            return true;
        }
        is_plain = false;
        // Escapes that Python writes too stay in the run.
        if (*at_ == '\\' && end_ - at_ > 1 && is_short_escape(at_[1])) {
            at_ += 2;
            continue;
        }
        out_.append(run, static_cast<std::size_t>(at_ - run));
        if (*at_ == '\\' ? !read_escape() : !read_utf8()) return false;
        run = at_;
    }
}

// `\/`, or `\uXXXX`, whose halves of a pair stay two: so Python writes them too.
bool CanonicalReader::read_escape() {
    ++at_;
    if (peek() == '/') {
        out_.append(*at_++);
        return true;
    }
    if (peek() != 'u') return fail("an unknown escape");
    const auto unit = unit_at(at_ + 1, end_);
    if (unit < 0) return fail("an escape without four digits");
    at_ += 5;
    append_python_unit(out_, static_cast<std::uint32_t>(unit));
    return true;
}

bool CanonicalReader::read_utf8() {
    const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
    if (static_cast<unsigned char>(rest[0]) < 0x20) return fail("a control character");
    const auto length = utf8_sequence(rest.substr(0, 4));
    if (length == 0) return fail("not UTF-8");
    append_python_code_point(out_, rest.substr(0, length));
    at_ += length;
    return true;
}

bool CanonicalReader::read_digits() {
    const auto* begin = at_;
    while (is_digit(peek())) ++at_;
    return at_ != begin;
}

bool CanonicalReader::read_number() {
    const auto* begin = at_;
    skip('-');
    const auto* first_digit = at_;
    if (peek() == '0')
        ++at_;
    else if (!read_digits())
        return fail("no value");
    const auto digits = static_cast<std::size_t>(at_ - first_digit);
    bool is_real = false;
    if (peek() == '.') {
        ++at_;
        if (!read_digits()) return fail("no digit after the point");
        is_real = true;
    }
    if (peek() == 'e' || peek() == 'E') {
        ++at_;
        if (!skip('-')) skip('+');
        if (!read_digits()) return fail("no digit in the exponent");
        is_real = true;
    }
    const std::string_view number(begin, static_cast<std::size_t>(at_ - begin));
    if (is_real) {
        // strtod and not from_chars: it tells overflow and underflow apart. The locale is always C here.
        std::string real;
        append_python_real(real, std::strtod(std::string(number).c_str(), nullptr));
        out_.append(real);
        return true;
    }
    if (digits > max_integer_digits) return fail("an integer of too many digits");
    out_.append(number == "-0" ? "0" : number);
    return true;
}

std::string decode_canonical_text(std::string_view written) {
    static constexpr std::string_view marks = "\"\\bfnrt", meanings = "\"\\\b\f\n\r\t";
    std::string text;
    text.reserve(written.size());
    const auto* end = written.data() + written.size();
    for (const auto* at = written.data(); at < end;) {
        const auto* run = at;
        at = skip_plain(at, end);
        text.append(run, at);
        if (at == end) break;
        if (at[1] != 'u') {
            text += meanings[marks.find(at[1])];
            at += 2;
            continue;
        }
        auto code = static_cast<std::uint32_t>(unit_at(at + 2, end));
        at += 6;
        if (code >= 0xd800 && code < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
            const auto low = static_cast<std::uint32_t>(unit_at(at + 2, end));
            if (low >= 0xdc00 && low < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                at += 6;
            }
        }
        append_utf8(text, code);
    }
    return text;
}

}  // namespace fedmsgbot
