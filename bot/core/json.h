#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "bot/core/result.h"

namespace fedmsgbot {

// A look at one value of a JsonDocument: two words, copied freely, valid as long as its document lives.
// Asking a value for what it is not gives the documented neutral answer, never an error: message bodies come
// from strangers, and a rule must be able to ask anything of them.
class JsonView {
public:
    enum class Kind { missing, null, boolean, integer, natural, real, text, array, object };

    JsonView() = default;  // missing

    Kind kind() const;
    bool is_missing() const { return kind() == Kind::missing; }
    bool is_text() const { return kind() == Kind::text; }
    bool is_array() const { return kind() == Kind::array; }
    bool is_object() const { return kind() == Kind::object; }

    JsonView operator[](std::string_view key) const;  // missing unless an object that has it
    JsonView at(std::size_t index) const;             // missing unless an array that is long enough
    std::size_t size() const;                         // elements or members; 0 for anything else

    std::string_view text() const;  // UTF-8; empty unless text
    bool boolean() const;           // false unless true
    std::int64_t integer() const;   // 0 unless a number; saturates, truncates towards zero
    std::uint64_t natural() const;  // likewise
    double real() const;            // 0 unless a number

    // Calls visit(element) in order until it returns false.
    template <class Visit>
    void each_element(Visit&& visit) const {
        using Visitor = std::remove_reference_t<Visit>;
        walk_elements([](void* v, JsonView element) { return (*static_cast<Visitor*>(v))(element); }, &visit);
    }

    // Calls visit(key, value) in the order of the text until it returns false.
    template <class Visit>
    void each_member(Visit&& visit) const {
        using Visitor = std::remove_reference_t<Visit>;
        walk_members(
            [](void* v, std::string_view key, JsonView value) { return (*static_cast<Visitor*>(v))(key, value); },
            &visit);
    }

    // Compact JSON, members in the order of the text.
    std::string dump() const;

private:
    friend class JsonDocument;
    friend struct JsonAccess;  // json.cpp: the only file that knows the parser behind this

    void walk_elements(bool (*visit)(void*, JsonView), void* visitor) const;
    void walk_members(bool (*visit)(void*, std::string_view, JsonView), void* visitor) const;

    const void* document_ = nullptr;
    std::size_t index_ = 0;
};

// A parsed JSON text. Immutable; owns what its views look at; cheap to move, and views survive the move.
class JsonDocument {
public:
    // Depth of nesting that is still read. Real messages of the bus stay under 20.
    static constexpr std::size_t max_depth = 100;

    // Strict JSON is read fast. What Python's writers add to it, and what broken senders do, is mended first and
    // then read: NaN and Infinity become null, integers beyond 64 bits become text, lone surrogates and invalid UTF-8
    // become U+FFFD, raw control characters in text become blanks. Anything else is a problem.
    static Result<JsonDocument> parse(std::string_view bytes);

    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;
    ~JsonDocument();

    JsonView root() const;

    struct Parsed;  // json.cpp's own

private:
    explicit JsonDocument(std::unique_ptr<Parsed> parsed);

    std::unique_ptr<Parsed> parsed_;
};

}  // namespace fedmsgbot
