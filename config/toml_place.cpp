#include "config/toml_place.h"

#include <algorithm>
#include <string>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

// Walks through the text of a file, counting lines and columns.
class Walker {
public:
    Walker(std::string_view text, Place to) : text_(text) {
        while (place_.line < to.line && at_ < text_.size()) advance();
        while (place_.line == to.line && place_.column < to.column && at_ < text_.size()) advance();
    }

    bool looking_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    std::string_view rest() const { return text_.substr(at_); }
    Place place() const { return place_; }

    // Over one character; how many bytes of a value it is. Every line end is one, as the parser has it.
    std::size_t advance() {
        const std::size_t line_end = looking_at("\r\n") ? 2 : looking_at("\n") ? 1 : 0;
        if (line_end != 0) {
            ++place_.line;
            place_.column = 1;
            at_ += line_end;
            return 1;
        }
        const auto length = std::max<std::size_t>(1, utf8_sequence(text_.substr(at_)));
        at_ += length;
        ++place_.column;
        return length;
    }

    void skip(std::size_t characters) {
        while (characters-- > 0 && at_ < text_.size()) advance();
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    Place place_{1, 1};
};

// The bytes that `\u00e9` or `\U0001f600` become.
std::size_t utf8_length(std::string_view digits) {
    const auto code = std::stoul(std::string(digits), nullptr, 16);
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

bool is_white(std::string_view text) {
    return !text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos;
}

// A backslash before white space: it takes the line end and all white space after it with it.
bool is_swallowed_end(std::string_view escape) {
    return is_white(escape.substr(std::min<std::size_t>(1, escape.size())));
}

// Over one escape; how many bytes of the value it is.
std::size_t pass_escape(Walker& walker) {
    const auto rest = walker.rest();
    if (is_swallowed_end(rest)) {
        do walker.skip(1);
        while (is_white(walker.rest()));
        return 0;
    }
    const char kind = rest.size() > 1 ? rest[1] : '\0';
    if (const std::size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0; digits != 0 && rest.size() >= digits + 2) {
        walker.skip(digits + 2);
        return utf8_length(rest.substr(2, digits));
    }
    walker.skip(2);
    return 1;
}

}  // namespace

Place place_inside(std::string_view text, Place begin, std::size_t offset) {
    Walker walker(text, begin);
    const bool is_basic = walker.looking_at("\"");
    const bool is_long = walker.looking_at("\"\"\"") || walker.looking_at("'''");
    walker.skip(is_long ? 3 : 1);
    if (is_long && (walker.looking_at("\n") || walker.looking_at("\r\n"))) walker.skip(1);
    const auto swallows = [&] { return is_basic && walker.looking_at("\\"); };
    while (offset > 0 && !walker.rest().empty()) {
        const auto passed = swallows() ? pass_escape(walker) : walker.advance();
        offset -= std::min(offset, passed);
    }
    // What stands after a swallowed line end begins after it.
    while (is_long && swallows() && is_swallowed_end(walker.rest())) pass_escape(walker);
    return walker.place();
}

}  // namespace fedmsgbot
