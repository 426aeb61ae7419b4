#include "formatters/template/parser.h"

#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "config/reader.h"
#include "formatters/template/expression_parser.h"
#include "formatters/template/statements.h"

namespace fedmsgbot::tmpl {

namespace {

using Kind = Token::Kind;

constexpr int max_block_depth = 20;
constexpr int max_statements = 2000;

class TemplateParser {
public:
    TemplateParser(const std::vector<Token>& tokens, const Scope& scope) : cursor_(tokens), scope_(scope) {}

    ParsedTemplate parse() {
        auto block = this->block({});
        if (cursor_.peek().kind == Kind::begin_block) fail_stray();
        return {std::move(block), locals_.slots()};
    }

private:
    static StatementPtr output(NodePtr expression) {
        if (const auto* constant = expression->constant()) return data_statement(*constant);
        return output_statement(std::move(expression));
    }

    // Up to {% with one of the words; the cursor stays on the brace.
    Block block(std::initializer_list<std::string_view> ends) {
        Block block;
        while (cursor_.peek().kind != Kind::end) {
            if (++statements_ > max_statements) cursor_.fail("this template is too long");
            switch (cursor_.peek().kind) {
                case Kind::data:
                    block.add(data_statement(std::string(cursor_.next().text)));
                    break;
                case Kind::begin_output:
                    cursor_.next();
                    block.add(output(expression()));
                    cursor_.expect(Kind::end_output, "`}}`, an operator or a filter");
                    break;
                default:
                    if (is_at(ends)) return block;
                    block.add(statement());
            }
        }
        return block;
    }

    NodePtr expression() { return ExpressionParser(cursor_, scope_, locals_).expression(); }

    bool is_at(std::initializer_list<std::string_view> words) const {
        auto ahead = cursor_;
        ahead.next();
        for (const auto word : words)
            if (ahead.peek().is_name(word)) return true;
        return false;
    }

    void close_tag() { cursor_.expect(Kind::end_block, "`%}`"); }

    // `{% word %}`, which ends what `opener` began.
    void expect_tag(std::string_view word, const Token& opener) {
        if (cursor_.peek().kind == Kind::end)
            Cursor::fail_at(opener, fmt::format("this has no end: {{% {} %}} is missing", word));
        if (!is_at({word})) fail_stray();
        cursor_.next();
        cursor_.next();
        close_tag();
    }

    [[noreturn]] void fail_stray() {
        cursor_.next();
        static const std::vector<std::string> known = {"if", "elif", "else", "endif", "for", "endfor", "set"};
        const auto& word = cursor_.peek();
        for (const auto& name : known)
            if (word.is_name(name)) cursor_.fail(fmt::format("`{}` has nothing to belong to here", word.text));
        const auto near = nearest(word.text, known);
        cursor_.fail(near.empty() ? fmt::format("there is no statement `{}`", word.text)
                                  : fmt::format("there is no statement `{}`: did you mean `{}`?", word.text, near));
    }

    StatementPtr statement() {
        const auto opener = cursor_.peek();
        if (++depth_ > max_block_depth) cursor_.fail("these statements are nested too deeply");
        StatementPtr made;
        if (is_at({"if"}))
            made = if_statement(opener);
        else if (is_at({"for"}))
            made = for_statement(opener);
        else if (is_at({"set"}))
            made = set_statement();
        else
            fail_stray();
        --depth_;
        return made;
    }

    StatementPtr if_statement(const Token& opener) {
        std::vector<Branch> branches;
        Block otherwise;
        while (branches.empty() || is_at({"elif"})) {
            cursor_.next();
            cursor_.next();
            auto condition = expression();
            close_tag();
            auto block = this->block({"elif", "else", "endif"});
            branches.push_back({std::move(condition), std::move(block)});
            if (cursor_.peek().kind == Kind::end) break;
        }
        if (cursor_.peek().kind != Kind::end && is_at({"else"})) {
            expect_tag("else", opener);
            otherwise = block({"endif"});
        }
        expect_tag("endif", opener);
        return tmpl::if_statement(std::move(branches), std::move(otherwise));
    }

    StatementPtr for_statement(const Token& opener) {
        cursor_.next();
        cursor_.next();
        Loop loop;
        loop.depth = locals_.loop_depth();
        if (loop.depth >= max_loop_nesting) Cursor::fail_at(opener, "these loops are nested too deeply");
        const auto first = cursor_.expect(Kind::name, "a name for the element");
        Token second;
        if (cursor_.takes_sign(",")) second = cursor_.expect(Kind::name, "a name for the value");
        if (!cursor_.takes_name("in")) cursor_.fail("expected `in` here");
        loop.over = ExpressionParser(cursor_, scope_, locals_).disjunction();
        close_tag();
        locals_.open_loop();
        loop.first_slot = locals_.slots();
        loop.key_slot = locals_.declare(first);
        loop.has_pair = second.kind == Kind::name;
        if (loop.has_pair) loop.value_slot = locals_.declare(second);
        loop.body = block({"else", "endfor"});
        loop.end_slot = locals_.slots();
        locals_.close_loop();
        if (cursor_.peek().kind != Kind::end && is_at({"else"})) {
            expect_tag("else", opener);
            loop.otherwise = block({"endfor"});
        }
        expect_tag("endfor", opener);
        return tmpl::for_statement(std::move(loop));
    }

    StatementPtr set_statement() {
        cursor_.next();
        cursor_.next();
        const auto name = cursor_.expect(Kind::name, "a name to set");
        cursor_.expect_sign("=");
        // The name is new only after the expression: {% set x = x | lower %} reads the outer one.
        auto value = expression();
        close_tag();
        return tmpl::set_statement(locals_.declare(name), std::move(value));
    }

    Cursor cursor_;
    const Scope& scope_;
    Locals locals_;
    int depth_ = 0;
    int statements_ = 0;
};

}  // namespace

ParsedTemplate parse_template(const std::vector<Token>& tokens, const Scope& scope) {
    return TemplateParser(tokens, scope).parse();
}

NodePtr parse_expression(const std::vector<Token>& tokens, const Scope& scope) {
    Cursor cursor(tokens);
    const Locals locals;
    auto node = ExpressionParser(cursor, scope, locals).expression();
    if (cursor.peek().kind != Kind::end) cursor.fail("expected an operator, a filter or the end here");
    return node;
}

}  // namespace fedmsgbot::tmpl
