#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// Style sheets and scripts are written to be read, and sent to be small.

// Without the blanks and line ends that mean nothing to CSS. What stands in quotes stays. Precondition: no comments,
// and no blank before a colon that makes a descendant of it (`a :hover`).
std::string squeezed_css(std::string_view css);

// Without indentation; line ends stay, for they may end a statement.
std::string squeezed_script(std::string_view script);

}  // namespace fedmsgbot
