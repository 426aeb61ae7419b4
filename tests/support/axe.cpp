#include "tests/support/axe.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

namespace {

const std::string question = R"js(axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"]
}).then(found => JSON.stringify(found.violations.flatMap(rule =>
    rule.nodes.map(node => rule.id + ": " + node.html.slice(0, 200) + "\n" + node.failureSummary)))))js";

}  // namespace

Axe::Axe() {
    // Two tests that start at once must not unpack over each other: flock lets the second one wait.
    const auto folder = std::filesystem::path(binary()).parent_path() / "axe";
    std::filesystem::create_directories(folder);
    const auto script = source_folder() / "tests/support/fetch_axe.sh";
    const auto fetched =
        run({"flock", (folder / "lock").string(), "sh", script.string(), folder.string()}, {}, std::chrono::minutes(3));
    if (fetched.status == 0)
        source_ = read_file(folder / "axe.min.js");
    else
        why_ = "axe-core cannot be fetched from the npm registry: " + fetched.errors;
}

std::vector<std::string> Axe::findings(Browser& browser) const {
    // By the debugger, so that the page's own policy stays as it is.
    browser.evaluate(source_ + "; 1");
    return nlohmann::json::parse(browser.evaluate(question)).get<std::vector<std::string>>();
}

}  // namespace fedmsgbot::testing
