#include "bot/core/problem.h"

#include <fmt/format.h>

namespace fedmsgbot {

std::string describe(const Problem& problem) {
    const auto& [file, line, column] = problem.where;
    if (file.empty()) return problem.text;
    if (line == 0) return fmt::format("{}: {}", file, problem.text);
    return fmt::format("{}:{}:{}: {}", file, line, column, problem.text);
}

std::string describe(const Problems& problems) {
    std::string out;
    for (const auto& problem : problems) out += describe(problem) + "\n";
    return out;
}

}  // namespace fedmsgbot
