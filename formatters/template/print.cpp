#include "formatters/template/print.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot::tmpl {

namespace {

// What lies deeper than this is left out: only a sender who plays games gets there.
constexpr int max_depth = 10;

// Elements and members that one printing looks at. Objects without a name write nothing, so the room alone is no bound.
constexpr std::size_t max_visits = 10000;
constexpr std::size_t visit_cost = 16;  // as Value::scan_cost has it

void print_integer(std::int64_t number, std::string& out) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Writes a structure for people: neither brackets nor braces, and nothing for nothing.
class PlainWriter {
public:
    PlainWriter(std::string& out, std::size_t most_bytes) : out_(out), most_bytes_(most_bytes) {}

    void write(const Value& value, int depth = 0) {
        switch (value.kind()) {
            case Value::Kind::undefined:
            case Value::Kind::none:
            case Value::Kind::words:
                break;
            case Value::Kind::boolean:
                out_ += value.is_true() ? "True" : "False";
                break;
            case Value::Kind::integer:
                print_integer(value.integer(), out_);
                break;
            case Value::Kind::real:
                print_real(value.real(), out_);
                break;
            case Value::Kind::text:
                out_ += utf8_prefix(value.text(), most_bytes_);
                break;
            case Value::Kind::array:
            case Value::Kind::list:
                write_sequence(value, depth);
                break;
            case Value::Kind::object:
                out_ += utf8_prefix(name_in(value.json()), most_bytes_);
                break;
        }
    }

    std::size_t cost() const { return visit_cost * visits_; }

private:
    bool goes_on() const { return out_.size() < most_bytes_ && visits_ < max_visits; }

    void write_sequence(const Value& value, int depth) {
        if (depth >= max_depth) return;
        bool is_first = true;
        each(value, arena_, [&](const Value& element) {
            ++visits_;
            const auto before = out_.size();
            if (!is_first) out_ += ", ";
            const auto begin = out_.size();
            write(element, depth + 1);
            if (out_.size() == begin)
                out_.resize(before);
            else
                is_first = false;
            return goes_on();
        });
    }

    std::string_view name_in(JsonView object) {
        std::string_view name;
        auto best = name_keys.size();
        object.each_member([&](std::string_view key, JsonView member) {
            ++visits_;
            for (std::size_t rank = 0; rank < best; ++rank) {
                if (key != name_keys[rank] || member.text().empty()) continue;
                name = member.text();
                best = rank;
            }
            return best > 0 && goes_on();
        });
        return name;
    }

    std::string& out_;
    std::size_t most_bytes_;
    std::size_t visits_ = 0;
    Arena arena_;  // for numbers beyond 63 bits only
};

class JsonWriter {
public:
    JsonWriter(std::string& out, std::size_t most_bytes) : out_(out), most_bytes_(most_bytes) {}

    void write(const Value& value, int depth = 0) {
        switch (value.kind()) {
            case Value::Kind::undefined:
            case Value::Kind::none:
                out_ += "null";
                break;
            case Value::Kind::boolean:
                out_ += value.is_true() ? "true" : "false";
                break;
            case Value::Kind::integer:
                print_integer(value.integer(), out_);
                break;
            case Value::Kind::real:
                print_real(value.real(), out_);
                break;
            case Value::Kind::text:
                write_text(value.text());
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
    bool has_room() const { return out_.size() < most_bytes_; }

    void write_text(std::string_view text) {
        out_ += '"';
        for (const char c : utf8_prefix(text, most_bytes_)) {
            if (c == '"' || c == '\\') {
                out_ += '\\';
                out_ += c;
            } else if (c == '\n') {
                out_ += "\\n";
            } else if (static_cast<unsigned char>(c) < 0x20) {
                out_ += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
            } else {
                out_ += c;
            }
        }
        out_ += '"';
    }

    void write_sequence(const Value& value, int depth) {
        if (depth >= max_depth) {
            out_ += "[...]";
            return;
        }
        out_ += '[';
        bool is_first = true;
        each(value, arena_, [&](const Value& element) {
            if (!std::exchange(is_first, false)) out_ += ',';
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
            if (!std::exchange(is_first, false)) out_ += ',';
            write_text(key);
            out_ += ':';
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
    Arena arena_;  // likewise
};

}  // namespace

std::size_t print(const Value& value, std::string& out, std::size_t most_bytes) {
    if (value.is_nothing()) return 0;
    if (value.kind() == Value::Kind::integer) {
        print_integer(value.integer(), out);
        return 0;
    }
    PlainWriter writer(out, most_bytes);
    writer.write(value);
    return writer.cost();
}

void print_json(const Value& value, std::string& out, std::size_t most_bytes) {
    JsonWriter(out, most_bytes).write(value);
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
