#include "bot/core/regex.h"

#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

namespace fedmsgbot {

struct Regex::Compiled {
    explicit Compiled(std::string_view pattern)
        : expression(re2::StringPiece(pattern.data(), pattern.size()), options()) {}

    static re2::RE2::Options options() {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(1 << 20);
        return options;
    }

    re2::RE2 expression;
};

Result<Regex> Regex::compile(std::string_view pattern) {
    auto compiled = std::make_unique<Compiled>(pattern);
    if (!compiled->expression.ok())
        return Problem{{}, fmt::format("bad regular expression \"{}\": {}", pattern, compiled->expression.error())};
    return Regex(std::move(compiled));
}

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

bool Regex::search(std::string_view text) const {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->expression);
}

std::optional<std::string> Regex::group(std::string_view text, int n) const {
    const auto& expression = compiled_->expression;
    if (n < 0 || n > expression.NumberOfCapturingGroups()) return std::nullopt;
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(n) + 1);
    if (!expression.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED,
                          groups.data(), n + 1))
        return std::nullopt;
    return std::string(groups.back());
}

std::string Regex::replace(std::string_view text, std::string_view with) const {
    std::string out(text);
    re2::RE2::GlobalReplace(&out, compiled_->expression, re2::StringPiece(with.data(), with.size()));
    return out;
}

const std::string& Regex::pattern() const { return compiled_->expression.pattern(); }

}  // namespace fedmsgbot
