#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/result.h"

namespace fedmsgbot {

// A regular expression in RE2's syntax: linear in the text, so that no message can make it run away.
// Immutable after compile; cheap to move; any thread may search.
class Regex {
public:
    // Problems: what RE2 says of the pattern, without a position.
    static Result<Regex> compile(std::string_view pattern);

    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;
    ~Regex();

    bool search(std::string_view text) const;  // anywhere in the text

    // What the n-th group matched (0: the whole match); nothing when the pattern is not found or has no such group.
    std::optional<std::string> group(std::string_view text, int n) const;

    // Every match replaced; `with` may use \1 to \9.
    std::string replace(std::string_view text, std::string_view with) const;

    const std::string& pattern() const;

private:
    struct Compiled;
    explicit Regex(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace fedmsgbot
