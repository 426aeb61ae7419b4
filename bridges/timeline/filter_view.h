#pragma once

#include <string>
#include <string_view>

#include "bridges/timeline/timeline_filter.h"

namespace fedmsgbot {

// Where the links of a page lead: to the view that it is, narrowed or widened. The filter must outlive it.
struct FilterLinks {
    std::string root;  // the way to the front page
    const TimelineFilter& filter;
    bool is_folded = false;  // the view folds bursts, and so do those that its links lead to

    // The address of a view, as it stands in an attribute; `more` are further parameters.
    std::string to(const std::string& query, std::string_view more = {}) const;
    std::string to(const TimelineFilter& other) const { return to(other.query()); }
};

// The parameter of a view that folds bursts; datagrepper's.
inline constexpr std::string_view folded_query = "grouped=true";

// The form that asks for a filter: plain HTML that sends by GET.
std::string filter_form(const FilterLinks& links);

// The filter that is on, a chip a condition: with a link to the view without it, and one to its contrary.
std::string filter_chips(const FilterLinks& links);

// Its values, for titles: `kernel, not ralph`. Not escaped; empty for none.
std::string filter_name(const TimelineFilter& filter);

// One query behind another; either may be empty.
std::string joined_queries(std::string_view first, std::string_view second);

}  // namespace fedmsgbot
