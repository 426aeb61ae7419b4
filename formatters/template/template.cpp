#include "formatters/template/template.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "formatters/template/lexer.h"

namespace fedmsgbot::tmpl {

namespace {

constexpr std::size_t max_source_bytes = 64 * 1024;

Problem with_caret(const Mistake& mistake, std::string_view source, const Locate& locate) {
    const auto offset = std::min(mistake.offset, source.size());
    const auto before = source.substr(0, offset).rfind('\n');
    const auto begin = before == std::string_view::npos ? 0 : before + 1;
    const auto end = std::min(source.find('\n', offset), source.size());
    // A long line is shown around the mistake only.
    const auto from = offset - begin > 70 ? offset - 60 : begin;
    const auto line = source.substr(from, std::min<std::size_t>(end - from, 120));
    const auto indent = code_points(source.substr(from, offset - from));
    return {locate(offset), fmt::format("{}\n    {}\n    {}^", mistake.text, line, std::string(indent, ' '))};
}

template <class Compiled, class Compile>
Result<Compiled> compiled(std::string_view source, const Locate& locate, Compile&& compile) {
    try {
        if (source.size() > max_source_bytes) throw Mistake{0, "a template has at most 64 KiB"};
        return compile();
    } catch (const Mistake& mistake) {
        return with_caret(mistake, source, locate);
    }
}

}  // namespace

Result<Template> Template::compile(std::string_view source, const Scope& scope, const Locate& locate) {
    return compiled<Template>(source, locate, [&] { return Template(parse_template(lex_template(source), scope)); });
}

void Template::render(Context& context, std::string& out, std::size_t most_bytes) const {
    Output output(out, most_bytes);
    std::fill_n(context.locals.begin(), parsed_.locals, Value());
    parsed_.block.render(context, output);
}

Result<NodePtr> compile_expression(std::string_view source, const Scope& scope, const Locate& locate) {
    return compiled<NodePtr>(source, locate, [&] { return parse_expression(lex_expression(source), scope); });
}

}  // namespace fedmsgbot::tmpl
