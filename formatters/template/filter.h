#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "bot/core/regex.h"
#include "formatters/template/context.h"

namespace fedmsgbot::tmpl {

constexpr std::size_t max_arguments = 3;

// What a filter is called with. Arguments that the template leaves out are undefined.
struct FilterCall {
    Context& context;
    Value input;
    std::span<const Value> arguments;
    const Regex* regex;  // the compiled first argument, for filters that have one

    const Value& argument(std::size_t n) const { return arguments[n]; }
    std::string_view text_argument(std::size_t n, std::string_view fallback = {}) const {
        return arguments[n].is_undefined() ? fallback : context.text_of(arguments[n]);
    }
    std::int64_t integer_argument(std::size_t n, std::int64_t fallback) const {
        return arguments[n].is_number() ? arguments[n].integer() : fallback;
    }
};

// One row of the table of filters: all there is to know about it, but for its documentation in docs/rules.md.
struct Filter {
    // `text` filters get a text: any other value as it prints; what prints as nothing without being a text makes the
    // result undefined; a list gives the list of its items' results. `anything` filters get the value as it is.
    enum class Takes { text, anything };

    std::string_view name;
    Takes takes;
    std::size_t required;                                    // so many arguments have to be given
    std::array<std::string_view, max_arguments> parameters;  // their names; empty: no more
    Value (*apply)(const FilterCall& call);                  // null: the parser makes a node of its own of it
    bool has_regex = false;  // the first argument is a regular expression: a literal, compiled with the template

    std::size_t parameter_count() const {
        std::size_t n = 0;
        while (n < max_arguments && !parameters[n].empty()) ++n;
        return n;
    }
};

// Runs it, within the message's work limit.
Value apply_filter(const Filter& filter, Context& context, const Value& input, std::span<const Value> arguments,
                   const Regex* regex);

// The table, one part a file.
std::span<const Filter> text_filters();
std::span<const Filter> list_filters();
std::span<const Filter> general_filters();
std::span<const Filter> fedora_filters();

// null where there is none.
const Filter* find_filter(std::string_view name);
std::vector<std::string> filter_names();

// The items of a list, of lists in it, or the one value itself, without undefined and none; in context.items.
void flatten(Context& context, const Value& value);

// The value as it prints; undefined where it prints as nothing without being a text.
Value as_text(Context& context, const Value& value);

}  // namespace fedmsgbot::tmpl
