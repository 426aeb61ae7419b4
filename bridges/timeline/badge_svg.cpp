#include "bridges/timeline/badge_svg.h"

#include <array>

#include <fmt/format.h>

#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/html.h"

namespace fedmsgbot {

namespace {

// The style sheet's twelve, in degrees of HSL, which every program that draws SVG knows.
constexpr std::array<int, 12> degrees = {20, 45, 75, 105, 135, 165, 195, 225, 250, 275, 305, 340};

}  // namespace

std::string badge_svg(std::string_view service) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"96\" height=\"96\" viewBox=\"0 0 32 32\">"
        "<rect width=\"32\" height=\"32\" fill=\"hsl({}, 55%, 33%)\"/>"
        "<text x=\"16\" y=\"21\" text-anchor=\"middle\" font-family=\"sans-serif\" font-weight=\"600\" "
        "font-size=\"14\" fill=\"#fff\">{}</text></svg>\n",
        degrees.at(static_cast<std::size_t>(hue_of(service)) % degrees.size()), escape(letters_of(service)));
}

}  // namespace fedmsgbot
