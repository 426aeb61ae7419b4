#include "bridges/timeline/squeeze.h"

#include <catch2/catch.hpp>

#include "bridges/timeline/style.h"

using namespace fedmsgbot;

TEST_CASE("a squeezed style sheet means the same") {
    CHECK(squeezed_css("a { color: red; }\n.b  .c,\nd > e {\n  margin: 0 -.6rem; content: \" <; \" attr(href); }\n") ==
          "a{color:red}.b .c,d>e{margin:0 -.6rem;content:\" <; \" attr(href)}");
    CHECK(squeezed_css("@media screen and (max-width: 34rem) { a:hover + b { top: calc(1px + 2px); } }") ==
          "@media screen and (max-width:34rem){a:hover + b{top:calc(1px + 2px)}}");
    CHECK(squeezed_css(style_sheet()) == style_sheet());
}

TEST_CASE("a squeezed script keeps its lines and loses their indentation") {
    CHECK(squeezed_script("a\n  b = \"  c\"\n\n    // d\n") == "a\nb = \"  c\"\n\n// d\n");
}
