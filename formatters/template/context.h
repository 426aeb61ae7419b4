#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/message.h"
#include "formatters/template/people.h"
#include "formatters/template/value.h"

namespace fedmsgbot::tmpl {

class Node;

// Bounds that hold whatever a message and a template do together.
constexpr std::size_t max_locals = 32;  // loop variables and {% set %}s of a template
constexpr std::size_t max_loop_nesting = 6;
constexpr std::size_t max_iterations = 10000;       // over all loops of a message
constexpr std::size_t max_work = 64 * 1024 * 1024;  // bytes looked through, over all templates of a message
constexpr std::size_t max_value_bytes = 64 * 1024;  // of a text that is put together

// A named expression's value, computed when it is first asked for.
struct NamedValue {
    Value value;
    std::uint64_t known_in = 0;  // which generation of values it is of
};

// Everything that evaluating templates for one message needs. Made once and started anew for each message, so that its
// memory is reused. One thread.
struct Context {
    // What a message's templates may ask for.
    const Message* message = nullptr;
    const Accounts* accounts = nullptr;
    Avatars* avatars = nullptr;
    // The rule file's named expressions and the room for their values. Only values of this generation are known: a new
    // one forgets them all.
    std::span<const std::unique_ptr<const Node>> named;
    std::span<NamedValue> named_values;
    std::uint64_t generation = 1;

    Arena arena;
    // What text and lists are put together in before they go to the arena; never kept over an evaluation.
    std::string scratch;
    std::vector<Value> items;
    Value words;  // of the topic; undefined until asked for
    std::array<Value, max_locals> locals;
    struct Loop {
        std::size_t index = 0;
        std::size_t length = 0;
    };
    std::array<Loop, max_loop_nesting> loops;
    std::size_t iterations = 0;
    std::size_t work = 0;

    void start(const Message& next) {
        message = &next;
        arena.reset();
        words = Value();
        iterations = 0;
        work = 0;
    }

    // Goes on to another message of a group; what was worked out for those before stays.
    void follow(const Message& next) {
        message = &next;
        words = Value();
    }

    // False when the message has used up its work; what was to be done is then left undone.
    bool spend(std::size_t cost) { return (work += cost) <= max_work; }

    // The scratch text and the items as values.
    Value kept_text() { return Value(arena.copy(scratch)); }
    Value kept_list();
    // A copy of the text as a value.
    Value kept(std::string_view text) { return Value(arena.copy(text)); }
    // Appends the value as it prints; nothing of a structure once the message has used up its work.
    void print_to(std::string& out, const Value& value, std::size_t most_bytes);
    // The value as text: itself, or as it prints.
    std::string_view text_of(const Value& value);
};

}  // namespace fedmsgbot::tmpl
