#include "bot/trust/canonical_json.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "bot/core/json.h"
#include "bot/core/text.h"
#include "bot/trust/python_text.h"

namespace fedmsgbot {

namespace {

// Stands for itself in a text.
bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

// Of equal keys the last is kept: what Python's dict does.
template <class Member>
void sort_members(std::vector<Member>& members) {
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    auto kept = members.begin();
    for (auto at = members.begin(); at != members.end(); ++at) {
        if (std::next(at) != members.end() && std::next(at)->key == at->key) continue;
        if (kept != at) *kept = std::move(*at);
        ++kept;
    }
    members.erase(kept, members.end());
}

// Reads one text from front to end and writes its canonical form to `out_`. Every read_ and expect function answers
// whether it could; the first that could not has said why.
class Canonicaliser {
public:
    explicit Canonicaliser(std::string_view in) : in_(in) {}

    Result<std::string> whole() {
        skip_blanks();
        if (!read_value(0) || !at_end()) return problem();
        return std::move(out_);
    }

    Result<std::vector<CanonicalMember>> members() {
        skip_blanks();
        if (peek() != '{') {
            if (!read_value(0) || !at_end()) return problem();
            return Problem{{}, "a value of another kind"};
        }
        std::vector<CanonicalMember> found;
        const bool is_read = read_members([&](std::string key) {
            CanonicalMember member{std::move(key), {}, {}};
            out_.clear();
            if (peek() == '"') {
                member.text.emplace();
                if (!read_text(*member.text)) return false;
                append_python_text(out_, *member.text);
            } else if (!read_value(1)) {
                return false;
            }
            member.value = out_;
            found.push_back(std::move(member));
            return true;
        });
        if (!is_read || !at_end()) return problem();
        sort_members(found);
        return found;
    }

private:
    // A member as it stands in out_: `"key":value`.
    struct Span {
        std::string key;
        std::size_t begin, end;
    };

    Problem problem() const { return Problem{{}, fmt::format("not JSON: {} at byte {}", why_, at_)}; }
    bool fail(const char* why) {
        why_ = why;
        return false;
    }
    char peek() const { return at_ < in_.size() ? in_[at_] : '\0'; }
    void skip_blanks() {
        while (at_ < in_.size() && (in_[at_] == ' ' || in_[at_] == '\n' || in_[at_] == '\r' || in_[at_] == '\t')) ++at_;
    }
    bool skip(std::string_view word) {
        if (in_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }
    bool at_end() {
        skip_blanks();
        return at_ == in_.size() || fail("more after the value");
    }

    bool read_value(std::size_t depth) {
        if (depth > JsonDocument::max_depth) return fail("nested too deep");
        if (peek() == '{') return read_object(depth);
        if (peek() == '[') return read_array(depth);
        if (peek() == '"') {
            std::string text;
            if (!read_text(text)) return false;
            append_python_text(out_, text);
            return true;
        }
        for (const std::string_view word : {"null", "true", "false", "NaN", "Infinity", "-Infinity"})
            if (skip(word)) {
                out_ += word;
                return true;
            }
        return read_number();
    }

    bool read_array(std::size_t depth) {
        ++at_;
        out_ += '[';
        skip_blanks();
        for (bool is_first = true; peek() != ']' || !is_first; is_first = false) {
            if (!is_first) out_ += ',';
            if (!read_value(depth + 1)) return false;
            skip_blanks();
            if (peek() == ']') break;
            if (!skip(",")) return fail("no comma");
            skip_blanks();
        }
        ++at_;
        out_ += ']';
        return true;
    }

    // Calls take(key) where a member's value begins.
    template <class Take>
    bool read_members(Take&& take) {
        ++at_;
        skip_blanks();
        for (bool is_first = true; peek() != '}' || !is_first; is_first = false) {
            std::string key;
            if (peek() != '"') return fail("no key");
            if (!read_text(key)) return false;
            skip_blanks();
            if (!skip(":")) return fail("no colon");
            skip_blanks();
            if (!take(std::move(key))) return false;
            skip_blanks();
            if (peek() == '}') break;
            if (!skip(",")) return fail("no comma");
            skip_blanks();
        }
        ++at_;
        return true;
    }

    bool read_object(std::size_t depth) {
        const auto begin = out_.size();
        std::vector<Span> spans;
        bool is_sorted = true;
        out_ += '{';
        const bool is_read = read_members([&](std::string key) {
            if (!spans.empty()) {
                is_sorted = is_sorted && spans.back().key < key;
                out_ += ',';
            }
            const auto start = out_.size();
            append_python_text(out_, key);
            out_ += ':';
            if (!read_value(depth + 1)) return false;
            spans.push_back({std::move(key), start, out_.size()});
            return true;
        });
        if (!is_read) return false;
        if (!is_sorted) reorder(begin, spans);  // most senders write canonical bytes, and nothing is moved
        out_ += '}';
        return true;
    }

    void reorder(std::size_t begin, std::vector<Span>& spans) {
        sort_members(spans);
        std::string sorted;
        sorted.reserve(out_.size() - begin);
        for (const auto& span : spans) {
            sorted += sorted.empty() ? '{' : ',';
            sorted.append(out_, span.begin, span.end - span.begin);
        }
        out_.replace(begin, std::string::npos, sorted);
    }

    bool read_text(std::string& text) {
        ++at_;
        while (at_ < in_.size()) {
            auto end = at_;
            while (end < in_.size() && is_plain(in_[end])) ++end;
            text.append(in_, at_, end - at_);
            at_ = end;
            if (at_ == in_.size()) break;
            const auto c = static_cast<unsigned char>(in_[at_]);
            if (c == '"') {
                ++at_;
                return true;
            }
            if (c == '\\') {
                if (!read_escape(text)) return false;
            } else if (c < 0x20) {
                return fail("a control character");
            } else {
                const auto length = utf8_sequence(in_.substr(at_));
                if (length == 0) return fail("not UTF-8");
                text.append(in_, at_, length);
                at_ += length;
            }
        }
        return fail("a text without an end");
    }

    bool read_escape(std::string& text) {
        static constexpr std::string_view marks = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        ++at_;
        if (peek() != 'u') {
            const auto which = at_ < in_.size() ? marks.find(in_[at_]) : std::string_view::npos;
            if (which == std::string_view::npos) return fail("an unknown escape");
            text += meanings[which];
            ++at_;
            return true;
        }
        std::uint32_t code = 0, low = 0;
        if (!read_unit(code)) return fail("an escape without four digits");
        if (code >= 0xd800 && code < 0xdc00 && in_.substr(at_, 2) == "\\u") {
            const auto behind = at_++;
            if (read_unit(low) && low >= 0xdc00 && low < 0xe000)
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            else
                at_ = behind;
        }
        append_utf8(text, code);
        return true;
    }

    // Of `uXXXX`; at the u.
    bool read_unit(std::uint32_t& unit) {
        for (std::size_t n = 1; n <= 4; ++n) {
            const char c = at_ + n < in_.size() ? in_[at_ + n] : ' ';
            const int value = is_digit(c)            ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (value < 0) return false;
            unit = unit * 16 + static_cast<std::uint32_t>(value);
        }
        at_ += 5;
        return true;
    }

    std::size_t skip_digits() {
        const auto begin = at_;
        while (is_digit(peek())) ++at_;
        return at_ - begin;
    }

    bool read_number() {
        const auto begin = at_;
        skip("-");
        const bool is_zero = peek() == '0';
        const auto digits = is_zero ? 1 : skip_digits();
        if (digits == 0) return fail("no value");
        if (is_zero) ++at_;
        bool is_real = false;
        if (peek() == '.') {
            ++at_;
            if (skip_digits() == 0) return fail("no digit after the point");
            is_real = true;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (!skip("-")) skip("+");
            if (skip_digits() == 0) return fail("no digit in the exponent");
            is_real = true;
        }
        const std::string number(in_.substr(begin, at_ - begin));
        if (is_real) {
            // strtod and not from_chars: it tells overflow and underflow apart. The locale is always C here.
            append_python_real(out_, std::strtod(number.c_str(), nullptr));
            return true;
        }
        if (digits > max_integer_digits) return fail("an integer of too many digits");
        out_ += number == "-0" ? "0" : number;
        return true;
    }

    std::string_view in_;
    std::size_t at_ = 0;
    std::string out_;
    const char* why_ = "";
};

}  // namespace

Result<std::string> canonical_json(std::string_view bytes) { return Canonicaliser(bytes).whole(); }

Result<std::vector<CanonicalMember>> canonical_members(std::string_view bytes) {
    return Canonicaliser(bytes).members();
}

std::string canonical_object(const std::vector<CanonicalMember>& members,
                             const std::vector<std::string_view>& left_out) {
    std::string out = "{";
    for (const auto& member : members) {
        if (std::find(left_out.begin(), left_out.end(), member.key) != left_out.end()) continue;
        if (out.size() > 1) out += ',';
        append_python_text(out, member.key);
        out.append(":").append(member.value);
    }
    return out + '}';
}

}  // namespace fedmsgbot
