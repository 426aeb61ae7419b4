#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// Waits in the page until the condition, in JavaScript, holds: `yes`, or `no` with what the page shows. By an interval
// alone, since some tests make the page's other clocks run fast.
inline std::string eventually_in(Browser& browser, const std::string& condition) {
    return browser.evaluate(
        fmt::format("new Promise(done => {{ let left = 1000; const timer = setInterval(() => {{ const holds = {}; "
                    "if (!holds && --left > 0) return; clearInterval(timer); "
                    "done(holds ? 'yes' : 'no: ' + document.body.innerText); }}, 20); }})",
                    condition));
}

// The same where the condition is true of the next page: while that loads there is none to ask.
inline bool arrives(Browser& browser, const std::string& condition) {
    return eventually([&browser, &condition] {
        try {
            return browser.evaluate(condition) == "true";
        } catch (const std::runtime_error&) {
            return false;
        }
    });
}

inline const std::string first_row = "document.querySelector('article .s').textContent";
inline const std::string is_live = "document.querySelector('.state').textContent === 'Live'";
inline const std::string row_count = "document.querySelectorAll('article').length";

}  // namespace fedmsgbot::testing
