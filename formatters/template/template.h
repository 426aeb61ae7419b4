#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bot/core/result.h"
#include "formatters/template/context.h"
#include "formatters/template/parser.h"
#include "formatters/template/scope.h"

namespace fedmsgbot::tmpl {

// Where a byte of the source stands in its file.
using Locate = std::function<Position(std::size_t offset)>;

// A compiled text with {{ }} and {% %} in it: docs/rules.md is its language. Immutable. Rendering is total: no message
// makes it throw, hang or write more than its limit. The scope it was compiled with must outlive it.
class Template {
public:
    // Problems: one, with its place, the template's line and a caret under the mistake.
    static Result<Template> compile(std::string_view source, const Scope& scope, const Locate& locate);

    // Appends to `out`, up to `most_bytes`.
    void render(Context& context, std::string& out, std::size_t most_bytes) const;

    Shape shape(ShapeContext& context) const { return parsed_.block.shape(context); }

private:
    explicit Template(ParsedTemplate parsed) : parsed_(std::move(parsed)) {}
    ParsedTemplate parsed_;
};

// A compiled expression without braces, as in `when` and in [names]. Problems as above.
Result<NodePtr> compile_expression(std::string_view source, const Scope& scope, const Locate& locate);

}  // namespace fedmsgbot::tmpl
