#pragma once

#include <string>
#include <vector>

#include "tests/support/browser.h"

namespace fedmsgbot::testing {

// axe-core, an independent judge of accessibility, for pages that a Browser has open. It is fetched once from the npm
// registry into the build folder.
class Axe {
public:
    Axe();

    // False where it could not be fetched; then why() tells the reason, and a test must say aloud that it did not run.
    bool is_there() const { return !source_.empty(); }
    const std::string& why() const { return why_; }

    // What it finds wrong by WCAG 2.2 A and AA and by its own best practices: the rule, the element, and the advice. Of
    // the rules of WCAG it leaves none out.
    std::vector<std::string> findings(Browser& browser) const;

private:
    std::string source_;
    std::string why_;
};

}  // namespace fedmsgbot::testing
