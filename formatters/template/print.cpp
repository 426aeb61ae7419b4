#include "formatters/template/print.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot::tmpl {

namespace {

// Structures are shown to people: what lies deeper than this is shown as dots.
constexpr int max_depth = 10;

void print_integer(std::int64_t number, std::string& out) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Python quotes with ' unless the text has one and no ".
void print_quoted(std::string_view text, std::string& out) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out += quote;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else {
            if (c == quote || c == '\\') out += '\\';
            out += c;
        }
    }
    out += quote;
}

void print_json_text(std::string_view text, std::string& out) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    out += '"';
}

// Writes a structure as Python or as JSON; they differ in quotes and in three words.
class Writer {
public:
    Writer(std::string& out, std::size_t most_bytes, bool is_json)
        : out_(out), most_bytes_(most_bytes), is_json_(is_json) {}

    void write(const Value& value, int depth = 0) {
        switch (value.kind()) {
            case Value::Kind::undefined:
            case Value::Kind::none:
                out_ += is_json_ ? "null" : "None";
                break;
            case Value::Kind::boolean:
                out_ += value.is_true() ? (is_json_ ? "true" : "True") : (is_json_ ? "false" : "False");
                break;
            case Value::Kind::integer:
                print_integer(value.integer(), out_);
                break;
            case Value::Kind::real:
                print_real(value.real(), out_);
                break;
            case Value::Kind::text:
                write_text(utf8_prefix(value.text(), most_bytes_));
                break;
            case Value::Kind::array:
            case Value::Kind::list:
                write_sequence(value, depth);
                break;
            case Value::Kind::object:
            case Value::Kind::words:
                write_mapping(value, depth);
                break;
        }
    }

private:
    void write_text(std::string_view text) { is_json_ ? print_json_text(text, out_) : print_quoted(text, out_); }
    std::string_view comma() const { return is_json_ ? "," : ", "; }
    bool has_room() const { return out_.size() < most_bytes_; }

    void write_sequence(const Value& value, int depth) {
        if (depth >= max_depth) {
            out_ += "[...]";
            return;
        }
        out_ += '[';
        bool is_first = true;
        each(value, arena_, [&](const Value& element) {
            if (!std::exchange(is_first, false)) out_ += comma();
            write(element, depth + 1);
            return has_room();
        });
        out_ += ']';
    }

    void write_mapping(const Value& value, int depth) {
        if (depth >= max_depth) {
            out_ += "{...}";
            return;
        }
        out_ += '{';
        bool is_first = true;
        const auto member = [&](std::string_view key, const Value& element) {
            if (!std::exchange(is_first, false)) out_ += comma();
            write_text(utf8_prefix(key, most_bytes_));
            out_ += is_json_ ? ":" : ": ";
            write(element, depth + 1);
            return has_room();
        };
        if (const auto* words = value.words()) {
            for (const auto& [key, word] : *words)
                if (!member(key, Value(std::string_view(word)))) break;
        } else {
            value.json().each_member(
                [&](std::string_view key, JsonView json) { return member(key, Value::from_json(json, arena_)); });
        }
        out_ += '}';
    }

    std::string& out_;
    std::size_t most_bytes_;
    bool is_json_;
    Arena arena_;  // for numbers beyond 63 bits only
};

}  // namespace

void print(const Value& value, std::string& out, std::size_t most_bytes) {
    if (value.is_text())
        out += utf8_prefix(value.text(), most_bytes);
    else if (value.kind() == Value::Kind::integer)
        print_integer(value.integer(), out);
    else if (!value.is_undefined())
        Writer(out, most_bytes, false).write(value);
}

void print_json(const Value& value, std::string& out, std::size_t most_bytes) {
    Writer(out, most_bytes, true).write(value);
}

void print_real(double number, std::string& out) {
    if (std::isnan(number) || std::isinf(number)) {
        out += std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf";
        return;
    }
    // The shortest digits come from to_chars, as d.ddde+xx; where the point goes is Python's rule.
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
    std::string_view form(buffer, static_cast<std::size_t>(end - buffer));
    if (form.starts_with('-')) {
        out += '-';
        form.remove_prefix(1);
    }
    const auto e = form.find('e');
    int exponent = 0;
    const auto* digits_of_exponent = form.data() + e + (form[e + 1] == '+' ? 2 : 1);
    std::from_chars(digits_of_exponent, end, exponent);
    std::string digits(1, form[0]);
    if (e > 2) digits += form.substr(2, e - 2);
    if (exponent < -4 || exponent >= 16) {
        out += digits[0];
        if (digits.size() > 1) out.append(".").append(digits, 1);
        out += fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
        return;
    }
    if (exponent < 0) {
        out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
        return;
    }
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole)
        out.append(digits).append(whole - digits.size(), '0').append(".0");
    else
        out.append(digits, 0, whole).append(".").append(digits, whole);
}

}  // namespace fedmsgbot::tmpl
