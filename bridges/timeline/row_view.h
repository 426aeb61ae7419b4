#pragma once

#include <cstddef>
#include <string>

#include "bridges/timeline/filter_view.h"
#include "bridges/timeline/folding.h"

namespace fedmsgbot {

// A row of a list as HTML, `place` counted from 1: an entry, or a burst with its newest entry for all and the others to
// be opened.
std::string row_view(const ListRow& row, std::size_t place, const FilterLinks& links);

}  // namespace fedmsgbot
