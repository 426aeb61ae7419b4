#include "formatters/template/expression_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "config/reader.h"
#include "formatters/template/expressions.h"

namespace fedmsgbot::tmpl {

namespace {

using Kind = Token::Kind;

constexpr int max_depth = 40;
constexpr int max_nodes = 1000;

template <class Meaning>
struct Word {
    std::string_view word;
    Meaning meaning;
};

constexpr Word<Builtin> builtins[] = {{"msg", Builtin::msg},
                                      {"topic", Builtin::topic},
                                      {"title", Builtin::title},
                                      {"service", Builtin::service},
                                      {"words", Builtin::words},
                                      {"env", Builtin::env},
                                      {"id", Builtin::id},
                                      {"sender", Builtin::sender},
                                      {"headers", Builtin::headers},
                                      {"envelope", Builtin::envelope},
                                      {"timestamp", Builtin::timestamp}};

constexpr Word<Test> tests[] = {{"defined", Test::is_defined},   {"none", Test::is_none},
                                {"string", Test::is_string},     {"mapping", Test::is_mapping},
                                {"sequence", Test::is_sequence}, {"number", Test::is_number},
                                {"boolean", Test::is_boolean}};

constexpr Word<LoopField> loop_fields[] = {{"index", LoopField::index},
                                           {"index0", LoopField::index0},
                                           {"first", LoopField::first},
                                           {"last", LoopField::last},
                                           {"length", LoopField::length}};

constexpr Word<Relation> relations[] = {
    {"==", Relation::equal}, {"!=", Relation::unequal},          {"<=", Relation::less_or_equal},
    {"<", Relation::less},   {">=", Relation::greater_or_equal}, {">", Relation::greater}};

template <class Words>
auto find_word(const Words& words, std::string_view word) -> std::optional<decltype(words[0].meaning)> {
    for (const auto& [known, meaning] : words)
        if (known == word) return meaning;
    return std::nullopt;
}

template <class Words>
std::vector<std::string> all_words(const Words& words) {
    std::vector<std::string> names;
    for (const auto& [word, meaning] : words) names.emplace_back(word);
    return names;
}

}  // namespace

ExpressionParser::Level::Level(ExpressionParser& parser) : parser_(parser) {
    if (++parser.depth_ > max_depth) parser.cursor_.fail("this expression is nested too deeply");
    if (++parser.nodes_ > max_nodes) parser.cursor_.fail("this expression is too long");
}

void ExpressionParser::fail_unknown(const Token& token, std::string_view what, const std::vector<std::string>& known) {
    const auto near = nearest(token.text, known);
    Cursor::fail_at(token, near.empty()
                               ? fmt::format("there is no {} `{}`", what, token.text)
                               : fmt::format("there is no {} `{}`: did you mean `{}`?", what, token.text, near));
}

NodePtr ExpressionParser::expression() {
    const Level level(*this);
    auto then = disjunction();
    if (!cursor_.takes_name("if")) return then;
    auto condition = disjunction();
    NodePtr otherwise;
    if (cursor_.takes_name("else")) otherwise = expression();
    return choice_node(std::move(condition), std::move(then), std::move(otherwise));
}

NodePtr ExpressionParser::disjunction() {
    auto left = conjunction();
    while (cursor_.takes_name("or")) {
        if (++nodes_ > max_nodes) cursor_.fail("this expression is too long");
        left = or_node(std::move(left), conjunction());
    }
    return left;
}

NodePtr ExpressionParser::conjunction() {
    auto left = negation();
    while (cursor_.takes_name("and")) left = and_node(std::move(left), negation());
    return left;
}

NodePtr ExpressionParser::negation() {
    const Level level(*this);
    if (cursor_.takes_name("not")) return not_node(negation());
    return comparison();
}

NodePtr ExpressionParser::comparison() {
    auto left = sum();
    if (cursor_.peek().kind == Kind::sign) {
        const auto relation = find_word(relations, cursor_.peek().text);
        if (!relation) return left;
        cursor_.next();
        return relation_node(*relation, std::move(left), sum());
    }
    if (cursor_.takes_name("in")) return membership_node(std::move(left), sum());
    if (cursor_.takes_name("not")) {
        if (!cursor_.takes_name("in")) cursor_.fail("expected `in` after `not`");
        return not_node(membership_node(std::move(left), sum()));
    }
    return left;
}

NodePtr ExpressionParser::sum() {
    auto left = concatenation();
    for (;;) {
        if (cursor_.takes_sign("+"))
            left = arithmetic_node(Sign::plus, std::move(left), concatenation());
        else if (cursor_.takes_sign("-"))
            left = arithmetic_node(Sign::minus, std::move(left), concatenation());
        else
            return left;
    }
}

NodePtr ExpressionParser::concatenation() {
    auto first = product();
    if (!cursor_.peek().is_sign("~")) return first;
    std::vector<NodePtr> parts;
    parts.push_back(std::move(first));
    while (cursor_.takes_sign("~")) parts.push_back(product());
    return concatenation_node(std::move(parts));
}

NodePtr ExpressionParser::product() {
    auto left = signed_operand();
    for (;;) {
        if (cursor_.takes_sign("*"))
            left = arithmetic_node(Sign::times, std::move(left), signed_operand());
        else if (cursor_.takes_sign("//"))
            left = arithmetic_node(Sign::floor_divide, std::move(left), signed_operand());
        else if (cursor_.takes_sign("/"))
            left = arithmetic_node(Sign::divide, std::move(left), signed_operand());
        else if (cursor_.takes_sign("%"))
            left = arithmetic_node(Sign::modulo, std::move(left), signed_operand());
        else
            return left;
    }
}

NodePtr ExpressionParser::signed_operand() {
    const Level level(*this);
    if (cursor_.takes_sign("-")) return negative_node(signed_operand());
    return filters_and_tests(postfix(primary()));
}

NodePtr ExpressionParser::postfix(NodePtr base) {
    for (;;) {
        if (cursor_.takes_sign(".")) {
            const Level level(*this);
            if (cursor_.peek().kind != Kind::name) cursor_.fail("expected a field's name after the dot");
            base = member_node(std::move(base), std::string(cursor_.next().text));
        } else if (cursor_.takes_sign("[")) {
            base = subscript(std::move(base));
        } else {
            return base;
        }
    }
}

NodePtr ExpressionParser::subscript(NodePtr base) {
    const Level level(*this);
    NodePtr from, to;
    if (cursor_.peek().kind == Kind::string) {
        const auto begin = cursor_;
        auto key = unescaped(cursor_.next());
        if (cursor_.takes_sign("]")) return member_node(std::move(base), std::move(key));
        cursor_ = begin;
    }
    if (!cursor_.peek().is_sign(":")) {
        from = expression();
        if (cursor_.takes_sign("]")) return subscript_node(std::move(base), std::move(from));
    }
    cursor_.expect_sign(":");
    if (!cursor_.peek().is_sign("]")) to = expression();
    cursor_.expect_sign("]");
    return slice_node(std::move(base), std::move(from), std::move(to));
}

NodePtr ExpressionParser::filters_and_tests(NodePtr base) {
    for (;;) {
        if (cursor_.takes_sign("|"))
            base = filter(std::move(base));
        else if (cursor_.takes_name("is"))
            base = test(std::move(base));
        else
            return base;
        if (++nodes_ > max_nodes) cursor_.fail("this expression is too long");
    }
}

NodePtr ExpressionParser::test(NodePtr operand) {
    const bool is_negated = cursor_.takes_name("not");
    const auto& token = cursor_.expect(Kind::name, "a test's name");
    const auto test = token.text == "undefined" ? Test::is_defined : find_word(tests, token.text);
    if (!test) fail_unknown(token, "test", all_words(tests));
    auto node = test_node(*test, std::move(operand));
    return is_negated != (token.text == "undefined") ? not_node(std::move(node)) : std::move(node);
}

NodePtr ExpressionParser::primary() {
    const auto& token = cursor_.peek();
    switch (token.kind) {
        case Kind::name:
            return name();
        case Kind::string:
            return text_node(unescaped(cursor_.next()));
        case Kind::integer:
        case Kind::real: {
            const auto* end = token.text.data() + token.text.size();
            std::int64_t whole = 0;
            double real = 0;
            cursor_.next();
            if (token.kind == Kind::integer && std::from_chars(token.text.data(), end, whole).ec == std::errc())
                return literal_node(Value(whole));
            if (std::from_chars(token.text.data(), end, real).ec != std::errc())
                Cursor::fail_at(token, "this number is too large");
            return literal_node(Value(real));
        }
        case Kind::sign:
            if (cursor_.takes_sign("(")) {
                auto inner = expression();
                cursor_.expect_sign(")");
                return inner;
            }
            if (cursor_.takes_sign("[")) return list();
            if (cursor_.takes_sign("{")) return mapping();
            break;
        default:
            break;
    }
    cursor_.fail("expected a name, a literal or `(` here");
}

NodePtr ExpressionParser::name() {
    const auto& token = cursor_.next();
    if (token.text == "true" || token.text == "True") return literal_node(Value(true));
    if (token.text == "false" || token.text == "False") return literal_node(Value(false));
    if (token.text == "none" || token.text == "None") return literal_node(Value::none());
    if (const auto* slot = locals_.find(token.text)) return local_node(*slot, std::string(token.text));
    if (token.text == "loop" && locals_.loop_depth() > 0) return loop_field();
    if (const auto constant = scope_.constants.find(token.text); constant != scope_.constants.end())
        return text_node(constant->second);
    const auto named = std::find(scope_.named.rbegin(), scope_.named.rend(), token.text);
    if (named != scope_.named.rend()) return named_node(static_cast<std::size_t>(scope_.named.rend() - named) - 1);
    if (const auto map = scope_.maps.find(token.text); map != scope_.maps.end())
        return literal_node(Value(map->second));
    if (const auto builtin = find_word(builtins, token.text)) return builtin_node(*builtin, std::string(token.text));
    auto known = all_words(builtins);
    for (const auto& local : locals_.names()) known.push_back(local);
    known.insert(known.end(), scope_.named.begin(), scope_.named.end());
    for (const auto& [map, words] : scope_.maps) known.push_back(map);
    if (cursor_.peek().is_sign("(")) Cursor::fail_at(token, "there are no functions: write `value | filter(...)`");
    fail_unknown(token, "name", known);
}

NodePtr ExpressionParser::loop_field() {
    cursor_.expect_sign(".");
    const auto& token = cursor_.expect(Kind::name, "a field of `loop`");
    const auto field = find_word(loop_fields, token.text);
    if (!field) fail_unknown(token, "field of `loop` named", all_words(loop_fields));
    return loop_node(locals_.loop_depth() - 1, *field);
}

NodePtr ExpressionParser::list() {
    std::vector<NodePtr> elements;
    while (!cursor_.takes_sign("]")) {
        if (!elements.empty()) {
            cursor_.expect_sign(",");
            if (cursor_.takes_sign("]")) break;
        }
        elements.push_back(expression());
    }
    return list_node(std::move(elements));
}

// Only the empty one: tables with something in them have their place in [maps].
NodePtr ExpressionParser::mapping() {
    static const Words empty;
    if (!cursor_.takes_sign("}")) cursor_.fail("only {} is a literal: put a table under [maps.NAME]");
    return literal_node(Value(empty));
}

}  // namespace fedmsgbot::tmpl
