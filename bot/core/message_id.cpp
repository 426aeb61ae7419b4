#include "bot/core/message_id.h"

#include <algorithm>

namespace fedmsgbot {

std::string_view without_year(std::string_view id) {
    const bool has_year = id.size() > 5 && id[4] == '-' &&
                          std::all_of(id.begin(), id.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
    return has_year ? id.substr(5) : id;
}

}  // namespace fedmsgbot
