#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "bot/amqp/amqp_delivery.h"

namespace fedmsgbot {

// Writes the headers of a delivery as JSON: every type that the wire knows, by the letters it has there. What JSON
// cannot say, or is too deep or too long, becomes null. A template over the library's structs, so that one file alone
// includes the library.
class AmqpTableJson {
public:
    explicit AmqpTableJson(std::string& out) : out_(out) {}

    template <class Table>
    void write_table(const Table& table, int depth = 0) {
        out_ += '{';
        for (int i = 0; i < table.num_entries && out_.size() < most_text; ++i) {
            if (i > 0) out_ += ',';
            append_json_string(out_, view(table.entries[i].key));
            out_ += ':';
            write(table.entries[i].value, depth);
        }
        out_ += '}';
    }

private:
    static constexpr int deepest = 8;                    // tables in tables; a federated broker makes two levels
    static constexpr std::size_t most_text = 64 * 1024;  // of all headers

    template <class Bytes>
    static std::string_view view(const Bytes& bytes) {
        return {static_cast<const char*>(bytes.bytes), bytes.len};
    }

    static std::string real(double number) { return std::isfinite(number) ? fmt::format("{}", number) : "null"; }

    template <class Array>
    void write_array(const Array& array, int depth) {
        out_ += '[';
        for (int i = 0; i < array.num_entries && out_.size() < most_text; ++i) {
            if (i > 0) out_ += ',';
            write(array.entries[i], depth);
        }
        out_ += ']';
    }

    template <class Value>
    void write(const Value& field, int depth) {
        const auto kind = field.kind;
        const auto& is = field.value;
        if ((kind == 'F' || kind == 'A') && depth < deepest)
            return kind == 'F' ? write_table(is.table, depth + 1) : write_array(is.array, depth + 1);
        if ((kind == 'S' || kind == 'x') && out_.size() + is.bytes.len < most_text) {
            append_json_string(out_, view(is.bytes));
            return;
        }
        out_ += number(field);
    }

    template <class Value>
    static std::string number(const Value& field) {
        const auto kind = field.kind;
        const auto& is = field.value;
        if (kind == 't') return is.boolean ? "true" : "false";
        if (kind == 'b') return std::to_string(is.i8);
        if (kind == 'B') return std::to_string(is.u8);
        if (kind == 's') return std::to_string(is.i16);
        if (kind == 'u') return std::to_string(is.u16);
        if (kind == 'I') return std::to_string(is.i32);
        if (kind == 'i') return std::to_string(is.u32);
        if (kind == 'l') return std::to_string(is.i64);
        if (kind == 'L' || kind == 'T') return std::to_string(is.u64);
        if (kind == 'f') return real(is.f32);
        if (kind == 'd') return real(is.f64);
        if (kind == 'D') return real(is.decimal.value / std::pow(10.0, is.decimal.decimals));
        return "null";
    }

    std::string& out_;
};

}  // namespace fedmsgbot
