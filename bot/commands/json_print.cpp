#include "bot/commands/json_print.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

enum class Ink { key, text, number, word };

std::string inked(std::string text, Ink ink, Colors colors) {
    constexpr std::array<std::string_view, 4> codes = {"34;1", "32", "36", "35"};
    if (colors == Colors::none) return text;
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(ink)], text);
}

std::uint32_t code_point(std::string_view sequence) {
    const auto byte = [&](std::size_t n) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[n]));
    };
    if (sequence.size() == 1) return byte(0);
    if (sequence.size() == 2) return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    if (sequence.size() == 3) return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    return 0x10000;  // astral: nothing there to be escaped
}

bool is_dangerous(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

class PrettyPrinter {
public:
    explicit PrettyPrinter(Colors colors) : colors_(colors) {}

    std::string printed(JsonView value) {
        add(value, 1);
        return std::move(out_);
    }

private:
    void add(JsonView value, std::size_t depth) {
        switch (value.kind()) {
            case JsonView::Kind::object:
                return add_all('{', '}', value, depth);
            case JsonView::Kind::array:
                return add_all('[', ']', value, depth);
            case JsonView::Kind::text:
                return add_scalar(value, Ink::text);
            case JsonView::Kind::integer:
            case JsonView::Kind::natural:
            case JsonView::Kind::real:
                return add_scalar(value, Ink::number);
            case JsonView::Kind::missing:
            case JsonView::Kind::null:
            case JsonView::Kind::boolean:
                return add_scalar(value, Ink::word);
        }
    }

    void add_scalar(JsonView value, Ink ink) {
        out_ += value.is_missing() ? "null" : inked(one_line_json(value.dump()), ink, colors_);
    }

    void add_all(char open, char close, JsonView value, std::size_t depth) {
        out_ += open;
        bool is_first = true;
        const auto next = [&] {
            if (!is_first) out_ += ',';
            is_first = false;
            out_ += '\n' + std::string(2 * depth, ' ');
        };
        value.each_member([&](std::string_view key, JsonView member) {
            next();
            const auto quoted = nlohmann::json(key).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
            out_ += inked(one_line_json(quoted), Ink::key, colors_) + ": ";
            add(member, depth + 1);
            return true;
        });
        value.each_element([&](JsonView element) {
            next();
            add(element, depth + 1);
            return true;
        });
        if (!is_first) out_ += '\n' + std::string(2 * (depth - 1), ' ');
        out_ += close;
    }

    Colors colors_;
    std::string out_;
};

}  // namespace

std::string pretty_json(JsonView value, Colors colors) { return PrettyPrinter(colors).printed(value); }

std::string one_line_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    bool is_in_text = false;
    for (std::size_t at = 0; at < json.size();) {
        const auto length = utf8_sequence(json.substr(at));
        if (length == 0) {
            out += "\xef\xbf\xbd";
            ++at;
            continue;
        }
        const auto sequence = json.substr(at, length);
        at += length;
        if (is_in_text && sequence == "\\" && at < json.size()) {
            out += '\\';
            const auto escaped = static_cast<unsigned char>(json[at]);
            if (escaped > 0x20 && escaped < 0x7f) out += json[at++];
            continue;
        }
        if (sequence == "\"") is_in_text = !is_in_text;
        if (!is_dangerous(code_point(sequence)))
            out += sequence;
        else if (is_in_text)
            out += fmt::format("\\u{:04x}", code_point(sequence));
        else
            out += ' ';
    }
    return out;
}

}  // namespace fedmsgbot
