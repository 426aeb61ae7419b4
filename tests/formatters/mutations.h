#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace fedmsgbot::testing {

// What a field is replaced with, as JSON.
inline const std::vector<std::string> odd_values = {
    "null",
    "-17",
    "2.5e300",
    "true",
    "18446744073709551616",
    R"("some text")",
    R"([])",
    R"(["one", 2, null, [true, {}], {"name": "ilse"}])",
    R"({})",
    R"({"odd": {"deep": [1]}, "void": null})",
    R"({"name": "ilse", "id": 1})",
    R"("")",
    R"("\u0000a\r\nQUIT :b\u0007\u001b[31m\u007f\u0085\u2028\u2029z")",
    R"("\u202eevil\u202c \u2066x\u2069\u200e\u200f\u061c\u200b\u200d\u200c\ufeff\u2060\ufe0f")",
    R"(" \u202e\u200b\u00a0\u200d\u3164\t")",
    R"("\ud800 lone \udc00")",
};

// A message that can be had with any one of its fields as something else: what broken and ill-meaning senders send.
// Made by cutting the message's text, so that a hundred thousand of them cost little.
class Mutable {
public:
    struct Field {
        std::size_t begin;  // of its key, or of an element of a list
        std::size_t value;
        std::size_t end;
    };

    // Of the envelope without its topic, of the body at every depth. Of a list its first `most_elements`: senders fill
    // lists with hundreds of things of the same kind.
    explicit Mutable(const std::string& message, std::size_t most_elements = 2) : most_elements_(most_elements) {
        write(nlohmann::ordered_json::parse(message), true);
    }

    const std::string& text() const { return text_; }
    const std::vector<Field>& fields() const { return fields_; }

    // Everything that stands in the message as text, keys included.
    const std::string& words() const { return words_; }

    std::string without(const Field& field) const {
        auto begin = field.begin, end = field.end;
        if (text_[end] == ',')
            ++end;
        else if (text_[begin - 1] == ',')
            --begin;
        return text_.substr(0, begin) + text_.substr(end);
    }

    std::string with(const Field& field, std::string_view json) const {
        return text_.substr(0, field.value).append(json).append(text_, field.end);
    }

    // The value as it stands in the message; a text without its quotes.
    std::string_view value(const Field& field) const {
        const auto whole = std::string_view(text_).substr(field.value, field.end - field.value);
        return whole.starts_with('"') ? whole.substr(1, whole.size() - 2) : whole;
    }

private:
    void write(const nlohmann::ordered_json& json, bool is_envelope = false) {
        if (json.is_object()) {
            text_ += '{';
            bool is_first = true;
            for (const auto& [key, value] : json.items()) {
                if (!is_first) text_ += ',';
                is_first = false;
                const auto begin = text_.size();
                text_.append(nlohmann::json(key).dump()).append(":");
                words_.append(key).append("\n");
                write_field(begin, value, !is_envelope || key != "topic");
            }
            text_ += '}';
        } else if (json.is_array()) {
            text_ += '[';
            for (std::size_t n = 0; n < json.size(); ++n) {
                if (n > 0) text_ += ',';
                write_field(text_.size(), json[n], n < most_elements_);
            }
            text_ += ']';
        } else {
            if (json.is_string()) words_.append(json.get_ref<const std::string&>()).append("\n");
            text_ += json.dump();
        }
    }

    void write_field(std::size_t begin, const nlohmann::ordered_json& value, bool is_mutable) {
        const auto value_begin = text_.size();
        const auto before = fields_.size();
        if (is_mutable) fields_.push_back({begin, value_begin, 0});
        write(value);
        if (is_mutable)
            fields_[before].end = text_.size();
        else
            fields_.resize(before);
    }

    std::size_t most_elements_;
    std::string text_;
    std::string words_;
    std::vector<Field> fields_;
};

}  // namespace fedmsgbot::testing
