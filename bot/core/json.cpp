#include "bot/core/json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <simdjson.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace dom = simdjson::dom;

// Our view has the very shape of the parser's own element, so that looking costs no copy of anything.
struct JsonAccess {
    static dom::element element(JsonView view) {
        static_assert(sizeof(dom::element) == sizeof(JsonView) && std::is_trivially_copyable_v<dom::element>);
        return std::bit_cast<dom::element>(view);
    }
    static JsonView view(dom::element element) { return std::bit_cast<JsonView>(element); }
    static bool is_missing(JsonView view) { return view.document_ == nullptr; }
};

struct JsonDocument::Parsed {
    dom::document document;
    dom::element root;
};

namespace {

using Kind = JsonView::Kind;

std::int64_t saturated(double number) {
    if (std::isnan(number)) return 0;
    if (number >= 9223372036854775808.0) return std::numeric_limits<std::int64_t>::max();
    if (number <= -9223372036854775808.0) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(number);
}

// Makes strict JSON of what Python writes and broken senders send (json.h says what). What is no JSON at all stays so.
class Mender {
public:
    explicit Mender(std::string_view in) : in_(in) { out_.reserve(in.size() + 64); }

    std::string mend() {
        while (at_ < in_.size()) {
            if (in_[at_] == '"')
                mend_text();
            else if (is_number_start(in_[at_]))
                mend_number();
            else
                out_ += in_[at_++];
        }
        return std::move(out_);
    }

private:
    static bool is_number_start(char c) { return (c >= '0' && c <= '9') || c == '-' || c == 'N' || c == 'I'; }

    void mend_number() {
        const auto rest = in_.substr(at_);
        for (const std::string_view word : {"-Infinity", "Infinity", "NaN"}) {
            if (!rest.starts_with(word)) continue;
            out_ += "null";
            at_ += word.size();
            return;
        }
        auto end = rest.find_first_not_of("+-.0123456789eE");
        if (end == std::string_view::npos) end = rest.size();
        if (end == 0) end = 1;
        const auto number = rest.substr(0, end);
        at_ += end;
        out_ += fits(number) ? std::string(number) : replaced(number);
    }

    static bool fits(std::string_view number) {
        if (number.size() < 19 && number.find_first_of("eE") == std::string_view::npos) return true;
        double value = 0;
        return number.find_first_of(".eE") != std::string_view::npos &&
               std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
    }

    static std::string replaced(std::string_view number) {
        if (number.find_first_of(".eE") != std::string_view::npos) return "null";
        std::int64_t whole = 0;
        std::uint64_t natural = 0;
        const auto* end = number.data() + number.size();
        const auto is_read = [&](std::from_chars_result result) {
            return result.ec == std::errc() && result.ptr == end;
        };
        if (is_read(std::from_chars(number.data(), end, whole)) ||
            is_read(std::from_chars(number.data(), end, natural)))
            return std::string(number);
        const auto digits = number.substr(number.starts_with('-') ? 1 : 0);
        const bool is_integer = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
        return is_integer ? fmt::format("\"{}\"", number) : std::string(number);
    }

    void mend_text() {
        out_ += in_[at_++];
        while (at_ < in_.size()) {
            const char c = in_[at_];
            if (c == '"') {
                out_ += in_[at_++];
                return;
            }
            if (c == '\\') {
                mend_escape();
            } else if (static_cast<unsigned char>(c) < 0x20) {
                out_ += ' ';
                ++at_;
            } else {
                copy_character();
            }
        }
    }

    void copy_character() {
        const auto length = utf8_sequence(in_.substr(at_));
        if (length == 0) {
            out_ += "\uFFFD";
            ++at_;
            return;
        }
        out_ += in_.substr(at_, length);
        at_ += length;
    }

    // -1 where the four digits are not there.
    int code_unit(std::size_t at) const {
        if (at + 6 > in_.size() || in_[at] != '\\' || in_[at + 1] != 'u') return -1;
        int code = 0;
        const auto* first = in_.data() + at + 2;
        const auto [end, error] = std::from_chars(first, first + 4, code, 16);
        return error == std::errc() && end == first + 4 && code >= 0 ? code : -1;
    }

    void mend_escape() {
        const int unit = code_unit(at_);
        if (unit < 0) {
            out_ += in_.substr(at_, 2);
            at_ = std::min(at_ + 2, in_.size());
            return;
        }
        const int next = code_unit(at_ + 6);
        const bool is_pair = unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000;
        const bool is_lone = unit >= 0xd800 && unit < 0xe000 && !is_pair;
        const std::size_t length = is_pair ? 12 : 6;
        out_ += is_lone ? std::string_view("\\ufffd") : in_.substr(at_, length);
        at_ += length;
    }

    std::string_view in_;
    std::size_t at_ = 0;
    std::string out_;
};

// The parser's own room: for a text of n bytes it asks for ten n, whether the text needs that or not. So it is kept,
// and a document gets a copy of what was written there.
struct Workshop {
    dom::parser parser;
    dom::document document;
};

// What a burst of large messages made it grow to is given back.
constexpr std::size_t kept_parser_capacity = 256 * 1024;
constexpr std::size_t first_parser_capacity = 16 * 1024;

Workshop& workshop() {
    thread_local std::unique_ptr<Workshop> kept;
    if (!kept || kept->parser.capacity() > kept_parser_capacity) {
        kept = std::make_unique<Workshop>();
        if (kept->parser.allocate(first_parser_capacity, JsonDocument::max_depth)) throw std::bad_alloc();
    }
    return *kept;
}

// The tape's form is documented (simdjson's doc/tape.md): a word is a letter and 56 bits; the first says how many words
// there are, a string's where it lies, and a number's is followed by the number. Strings are written in their order:
// four bytes of length, the bytes, a zero.
std::size_t bytes_of_texts(const dom::document& document, std::uint64_t words) {
    constexpr auto payload = (std::uint64_t{1} << 56) - 1;
    const std::uint64_t* last = nullptr;
    for (std::uint64_t at = 0; at < words; ++at) {
        const auto* word = &document.tape[at];
        const auto letter = static_cast<char>(*word >> 56);
        if (letter == '"') last = word;
        if (letter == 'l' || letter == 'u' || letter == 'd') ++at;
    }
    if (!last) return 0;
    const auto begins = *last & payload;
    std::uint32_t length = 0;
    std::memcpy(&length, &document.string_buf[begins], sizeof length);
    return begins + sizeof length + length + 1;
}

void copy(const dom::document& from, dom::document& to) {
    const auto words = from.tape[0] & 0xffffffff;
    const auto bytes = bytes_of_texts(from, words);
    to.tape.reset(new std::uint64_t[words]);
    to.string_buf.reset(new std::uint8_t[bytes]);
    std::copy_n(from.tape.get(), words, to.tape.get());
    std::copy_n(from.string_buf.get(), bytes, to.string_buf.get());
}

simdjson::error_code parse_into(JsonDocument::Parsed& parsed, std::string_view bytes, Workshop& at) {
    dom::element root;
    const auto error = at.parser.parse_into_document(at.document, bytes.data(), bytes.size()).get(root);
    if (error) return error;
    copy(at.document, parsed.document);
    parsed.root = parsed.document.root();
    return simdjson::SUCCESS;
}

}  // namespace

JsonView::Kind JsonView::kind() const {
    if (!document_) return Kind::missing;
    switch (JsonAccess::element(*this).type()) {
        case dom::element_type::ARRAY:
            return Kind::array;
        case dom::element_type::OBJECT:
            return Kind::object;
        case dom::element_type::INT64:
            return Kind::integer;
        case dom::element_type::UINT64:
            return Kind::natural;
        case dom::element_type::DOUBLE:
            return Kind::real;
        case dom::element_type::STRING:
            return Kind::text;
        case dom::element_type::BOOL:
            return Kind::boolean;
        case dom::element_type::NULL_VALUE:
            return Kind::null;
    }
    return Kind::missing;
}

JsonView JsonView::operator[](std::string_view key) const {
    dom::object object;
    if (!document_ || JsonAccess::element(*this).get(object)) return {};
    // Duplicate keys: the last one wins, as in Python's reader, which the senders' own checks use.
    JsonView found;
    for (const auto field : object)
        if (field.key == key) found = JsonAccess::view(field.value);
    return found;
}

JsonView JsonView::at(std::size_t index) const {
    dom::array array;
    dom::element element;
    if (!document_ || JsonAccess::element(*this).get(array) || array.at(index).get(element)) return {};
    return JsonAccess::view(element);
}

std::size_t JsonView::size() const {
    if (!document_) return 0;
    const auto element = JsonAccess::element(*this);
    dom::array array;
    if (!element.get(array)) return array.size();
    dom::object object;
    if (!element.get(object)) return object.size();
    return 0;
}

std::string_view JsonView::text() const {
    std::string_view text;
    if (!document_ || JsonAccess::element(*this).get(text)) return {};
    return text;
}

bool JsonView::boolean() const {
    bool value = false;
    return document_ && !JsonAccess::element(*this).get(value) && value;
}

std::int64_t JsonView::integer() const {
    if (!document_) return 0;
    const auto element = JsonAccess::element(*this);
    std::int64_t whole = 0;
    if (!element.get(whole)) return whole;
    if (element.is_uint64()) return std::numeric_limits<std::int64_t>::max();
    return saturated(real());
}

std::uint64_t JsonView::natural() const {
    if (!document_) return 0;
    const auto element = JsonAccess::element(*this);
    std::uint64_t natural = 0;
    if (!element.get(natural)) return natural;
    if (const double number = real(); number >= 9223372036854775808.0)
        return number < 18446744073709551616.0 ? static_cast<std::uint64_t>(number)
                                               : std::numeric_limits<std::uint64_t>::max();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer()));
}

double JsonView::real() const {
    double number = 0;
    if (!document_ || JsonAccess::element(*this).get(number)) return 0;
    return number;
}

void JsonView::walk_elements(bool (*visit)(void*, JsonView), void* visitor) const {
    dom::array array;
    if (!document_ || JsonAccess::element(*this).get(array)) return;
    for (const auto element : array)
        if (!visit(visitor, JsonAccess::view(element))) return;
}

void JsonView::walk_members(bool (*visit)(void*, std::string_view, JsonView), void* visitor) const {
    dom::object object;
    if (!document_ || JsonAccess::element(*this).get(object)) return;
    for (const auto field : object)
        if (!visit(visitor, field.key, JsonAccess::view(field.value))) return;
}

std::string JsonView::dump() const {
    if (!document_) return {};
    return simdjson::minify(JsonAccess::element(*this));
}

JsonDocument::JsonDocument(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view bytes) {
    auto parsed = std::make_unique<Parsed>();
    auto error = parse_into(*parsed, bytes, workshop());
    const bool is_beyond_mending =
        error == simdjson::EMPTY || error == simdjson::DEPTH_ERROR || error == simdjson::CAPACITY;
    if (error && !is_beyond_mending) error = parse_into(*parsed, Mender(bytes).mend(), workshop());
    if (error == simdjson::DEPTH_ERROR) return Problem{{}, fmt::format("nested deeper than {} levels", max_depth)};
    if (error) return Problem{{}, fmt::format("no JSON: {}", simdjson::error_message(error))};
    return JsonDocument(std::move(parsed));
}

JsonView JsonDocument::root() const { return JsonAccess::view(parsed_->root); }

}  // namespace fedmsgbot
