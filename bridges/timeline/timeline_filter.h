#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/message.h"
#include "bridges/timeline/page_request.h"

namespace fedmsgbot {

enum class FilterField { topic, category, package, user, contains };

// `package=kernel`, `not_user=ralph`.
struct FilterTerm {
    FilterField field = FilterField::contains;
    bool is_negated = false;
    std::string value;

    std::string name() const;  // the parameter's
    bool operator==(const FilterTerm& other) const = default;
};

// Which entries a reader wants to see, as the query string says it, with datagrepper's parameters: topic (a pattern),
// category (the service), package, user, contains (words), each also with `not_`, several times each: values of one
// parameter are alternatives, parameters are conditions; start, end (seconds since 1970, or ISO 8601, UTC) and delta
// (seconds). A value; knows nothing of how entries are found.
class TimelineFilter {
public:
    static constexpr std::size_t most_terms = 16;
    static constexpr std::size_t most_value = 200;  // bytes
    static constexpr std::size_t most_words = 32;   // looked for, of all `contains` together

    struct Reading;
    // Empty values are no conditions: a form sends all of its fields. Parameters of other names are let pass.
    static Reading read(const PageTarget& target);

    bool is_empty() const { return terms_.empty() && !has_times(); }
    bool has_times() const { return start_ || end_ || delta_; }
    const std::vector<FilterTerm>& terms() const { return terms_; }

    // The times between which entries arrived, both included; delta counts from the end, or from the start where there
    // is no end, or back from now.
    struct Times {
        SystemTime from = SystemTime::min();
        SystemTime to = SystemTime::max();
    };
    Times times(SystemTime now) const;

    // The same filter as a query string, without a question mark; empty for none.
    std::string query() const;

    // What narrows it, by the parameter's name: for the chips of the page and the fields of its form.
    struct Part {
        std::string name;
        std::string value;
        std::string query_without;
        std::string query_negated;  // with its contrary instead; empty for times, which have none
    };
    std::vector<Part> parts() const;

    // One condition more. What is wrong with it, naming the parameter, and the filter is as it was; empty: nothing.
    [[nodiscard]] std::string add(FilterTerm term);
    // The same as a value; without room for it the filter as it is, so only for links and where there is room.
    TimelineFilter with(FilterTerm term) const;

private:
    std::vector<std::pair<std::string, std::string>> parameters() const;
    std::string read_parameter(std::string_view name, std::string_view value);

    std::vector<FilterTerm> terms_;
    std::optional<SystemTime> start_;
    std::optional<SystemTime> end_;
    std::optional<std::chrono::seconds> delta_;
};

struct TimelineFilter::Reading {
    TimelineFilter filter;
    std::string mistake;  // names the parameter; empty: none
};

}  // namespace fedmsgbot
