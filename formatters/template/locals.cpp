#include "formatters/template/expression_parser.h"

#include <fmt/format.h>

namespace fedmsgbot::tmpl {

const Token& Cursor::expect(Token::Kind kind, std::string_view what) {
    if (peek().kind != kind) fail(fmt::format("expected {} here", what));
    return next();
}

void Cursor::expect_sign(std::string_view sign) {
    if (!takes_sign(sign)) fail(fmt::format("expected `{}` here", sign));
}

void Cursor::fail_at(const Token& token, std::string text) { throw Mistake{token.offset, std::move(text)}; }

void Locals::open_loop() { loops_.push_back(locals_.size()); }

void Locals::close_loop() {
    locals_.resize(loops_.back(), {});
    loops_.pop_back();
}

std::size_t Locals::declare(const Token& name) {
    const auto begin = loops_.empty() ? 0 : loops_.back();
    for (std::size_t n = begin; n < locals_.size(); ++n)
        if (locals_[n].name == name.text) return locals_[n].slot;
    if (slots_ == max_locals)
        Cursor::fail_at(name, fmt::format("a template has at most {} names of its own", max_locals));
    locals_.push_back({std::string(name.text), slots_});
    return slots_++;
}

const std::size_t* Locals::find(std::string_view name) const {
    // The innermost first.
    // NOLINTNEXTLINE(modernize-loop-convert): a reversed view is not to be had from clang 14.
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local)
        if (local->name == name) return &local->slot;
    return nullptr;
}

std::vector<std::string> Locals::names() const {
    std::vector<std::string> names;
    for (const auto& local : locals_) names.push_back(local.name);
    return names;
}

}  // namespace fedmsgbot::tmpl
