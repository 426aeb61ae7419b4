#include "bot/commands/topic_listing.h"

#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/core/text.h"

using namespace fedmsgbot;

namespace {

const TopicEntries entries = {
    {"harp", {"harp.state", "harp.*.state"}, "harp.toml:state", "<who> tuned it", "ilse tuned it", "https://e.org/4"},
    {"lyre", {"lyre.#"}, "lyre.toml:any", "", "", ""},
};

}  // namespace

TEST_CASE("the listing for a terminal is by service") {
    CHECK(plain_listing(entries) == R"(harp

  harp.state, harp.*.state
    shape   <who> tuned it
    example ilse tuned it
    link    https://e.org/4
    rule    harp.toml:state

lyre

  lyre.#
    rule    lyre.toml:any
)");
    CHECK(plain_listing({}) == "");
}

TEST_CASE("the listing for a terminal keeps to 100 columns, but breaks no word") {
    std::string sentence, word(120, 'w');
    for (int n = 0; n < 60; ++n) sentence += "na\u00efve ";
    const auto listing = plain_listing({{"x", {"x"}, "x.toml:x", sentence + "end", word, ""}});
    std::istringstream lines(listing);
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.find(word) != std::string::npos) continue;
        CHECK(code_points(line) <= 100);
        longest = std::max(longest, code_points(line));
    }
    CHECK(longest > 90);
    CHECK(listing.find("example " + word) != std::string::npos);
    CHECK(listing.find("\n            na\u00efve") != std::string::npos);
}

TEST_CASE("the listing in JSON has an object a line, with every field") {
    std::istringstream lines(json_listing(entries));
    std::string line;
    REQUIRE(std::getline(lines, line));
    const auto harp = nlohmann::json::parse(line);
    CHECK(harp == nlohmann::json{{"service", "harp"},
                                 {"topics", {"harp.state", "harp.*.state"}},
                                 {"rule", "harp.toml:state"},
                                 {"shape", "<who> tuned it"},
                                 {"example", "ilse tuned it"},
                                 {"link", "https://e.org/4"}});
    REQUIRE(std::getline(lines, line));
    CHECK(nlohmann::json::parse(line)["link"].is_null());
    CHECK_FALSE(std::getline(lines, line));
}

TEST_CASE("the listing in Markdown takes nothing of an entry for Markdown") {
    const auto page =
        markdown_listing({{"<harp>", {"a.`b`"}, "x", "``<who>``", "1. *a* [b](c) <d> \\ `e`", "https://e.org/4"},
                          {"lyre", {"lyre"}, "x", "<who>", "- no list", "javascript:alert(1)"}});
    CHECK(page.starts_with("# All topics\n"));
    CHECK(page.find("2 rules of 2 services") != std::string::npos);
    CHECK(page.find(R"(
## \<harp\>

- `` a.`b` ``\
  ``` ``<who>`` ```\
  1\. \*a\* \[b\](c) \<d\> \\ \`e\` ([link](<https://e.org/4>))

## lyre

- `lyre`\
  `<who>`\
  \- no list
)") != std::string::npos);
}
