// The part of ExpressionParser that reads filters and their arguments.
#include <algorithm>

#include <fmt/format.h>

#include "formatters/template/expression_parser.h"
#include "formatters/template/expressions.h"

namespace fedmsgbot::tmpl {

using Kind = Token::Kind;

std::string unescaped(const Token& token) {
    std::string out;
    for (std::size_t n = 0; n < token.text.size(); ++n) {
        if (token.text[n] != '\\') {
            out += token.text[n];
            continue;
        }
        const char c = token.text[++n];  // the lexer saw to it that there is one
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        // What is no escape keeps its backslash: regular expressions are full of them.
        if (std::string_view("ntr\\'\"").find(c) == std::string_view::npos) out.insert(out.size() - 1, 1, '\\');
    }
    return out;
}

// What has been read of a filter's arguments.
struct ExpressionParser::Arguments {
    Token name;
    const Filter& filter;
    std::vector<NodePtr> nodes;
    std::unique_ptr<const Regex> regex;  // the first argument of filters that have a pattern
    std::size_t position = 0;

    bool has(std::size_t n) const { return nodes[n] || (n == 0 && regex); }
};

NodePtr ExpressionParser::filter(NodePtr input) {
    const Level level(*this);
    const auto name = cursor_.expect(Kind::name, "a filter's name");
    const auto* filter = find_filter(name.text);
    if (!filter) fail_unknown(name, "filter", filter_names());
    Arguments arguments{name, *filter, std::vector<NodePtr>(filter->parameter_count()), nullptr};
    if (cursor_.takes_sign("(")) {
        while (!cursor_.takes_sign(")")) {
            if (arguments.position > 0) cursor_.expect_sign(",");
            argument(arguments);
        }
    }
    for (std::size_t n = 0; n < filter->required; ++n)
        if (!arguments.has(n))
            Cursor::fail_at(name, fmt::format("`{}` needs its argument `{}`", name.text, filter->parameters[n]));
    return filter_node(*filter, std::move(input), std::move(arguments.nodes), std::move(arguments.regex));
}

// By its place, or by `name=`.
std::size_t ExpressionParser::argument_index(const Arguments& arguments) {
    const auto token = cursor_.peek();
    const auto begin = cursor_;
    const std::vector<std::string> known(arguments.filter.parameters.begin(),
                                         arguments.filter.parameters.begin() + arguments.nodes.size());
    if (token.kind == Kind::name && (cursor_.next(), cursor_.takes_sign("="))) {
        const auto found = std::find(known.begin(), known.end(), token.text);
        if (found == known.end())
            fail_unknown(token, fmt::format("argument of `{}` named", arguments.filter.name), known);
        return static_cast<std::size_t>(found - known.begin());
    }
    cursor_ = begin;
    if (arguments.position >= known.size())
        Cursor::fail_at(token, fmt::format("`{}` takes {} argument{} at most", arguments.filter.name, known.size(),
                                           known.size() == 1 ? "" : "s"));
    return arguments.position;
}

void ExpressionParser::argument(Arguments& arguments) {
    const auto n = argument_index(arguments);
    ++arguments.position;
    const auto token = cursor_.peek();
    if (arguments.has(n)) Cursor::fail_at(token, "this argument is given twice");
    if (n == 0 && arguments.filter.has_regex) {
        if (token.kind != Kind::string) cursor_.fail("a pattern has to be a text in quotes");
        auto compiled = Regex::compile(unescaped(cursor_.next()));
        if (!compiled) Cursor::fail_at(token, compiled.problems().front().text);
        arguments.regex = std::make_unique<const Regex>(std::move(compiled).value());
        return;
    }
    const bool is_map_name = n == 0 && arguments.filter.name == "lookup" && token.kind == Kind::string;
    arguments.nodes[n] = is_map_name ? map_literal() : expression();
}

// The map that a text in quotes names.
NodePtr ExpressionParser::map_literal() {
    const auto token = cursor_.next();
    const auto map = scope_.maps.find(token.text);
    if (map != scope_.maps.end()) return literal_node(Value(map->second));
    std::vector<std::string> known;
    for (const auto& [name, words] : scope_.maps) known.push_back(name);
    fail_unknown(token, "map", known);
}

}  // namespace fedmsgbot::tmpl
