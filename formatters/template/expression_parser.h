#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formatters/template/node.h"
#include "formatters/template/scope.h"
#include "formatters/template/token.h"

namespace fedmsgbot::tmpl {

// The tokens and the place among them. A copy is a place to come back to.
class Cursor {
public:
    explicit Cursor(const std::vector<Token>& tokens) : tokens_(&tokens) {}

    const Token& peek() const { return (*tokens_)[at_]; }
    const Token& next() { return (*tokens_)[at_ + 1 < tokens_->size() ? at_++ : at_]; }
    bool takes_sign(std::string_view sign) { return peek().is_sign(sign) && (next(), true); }
    bool takes_name(std::string_view name) { return peek().is_name(name) && (next(), true); }
    const Token& expect(Token::Kind kind, std::string_view what);
    void expect_sign(std::string_view sign);
    [[noreturn]] void fail(std::string text) const { fail_at(peek(), std::move(text)); }
    [[noreturn]] static void fail_at(const Token& token, std::string text);

private:
    const std::vector<Token>* tokens_;  // the last one is `end`, and is never passed
    std::size_t at_ = 0;
};

// Loop variables and {% set %}s: which name has which slot where.
class Locals {
public:
    // Everything declared until `close` belongs to a loop's body.
    void open_loop();
    void close_loop();

    std::size_t declare(const Token& name);                // the innermost one's slot if it is there already
    const std::size_t* find(std::string_view name) const;  // innermost first; null where there is none
    std::size_t loop_depth() const { return loops_.size(); }
    std::size_t slots() const { return slots_; }
    std::vector<std::string> names() const;

private:
    struct Local {
        std::string name;
        std::size_t slot;
    };
    std::vector<Local> locals_;
    std::vector<std::size_t> loops_;  // where each open loop's names begin
    std::size_t slots_ = 0;
};

// What the text in a string token means, its escapes read.
std::string unescaped(const Token& token);

// Reads one expression from the cursor. Throws Mistake.
class ExpressionParser {
public:
    ExpressionParser(Cursor& cursor, const Scope& scope, const Locals& locals)
        : cursor_(cursor), scope_(scope), locals_(locals) {}

    NodePtr expression();  // also `a if b else c`
    NodePtr disjunction();

private:
    NodePtr conjunction();
    NodePtr negation();
    NodePtr comparison();
    NodePtr sum();
    NodePtr concatenation();
    NodePtr product();
    NodePtr signed_operand();
    NodePtr postfix(NodePtr base);
    NodePtr filters_and_tests(NodePtr base);
    NodePtr primary();
    NodePtr name();
    NodePtr loop_field();
    NodePtr list();
    NodePtr mapping();
    NodePtr subscript(NodePtr base);
    NodePtr test(NodePtr operand);
    NodePtr filter(NodePtr input);
    struct Arguments;
    void argument(Arguments& arguments);
    std::size_t argument_index(const Arguments& arguments);
    NodePtr map_literal();
    [[noreturn]] void fail_unknown(const Token& token, std::string_view what, const std::vector<std::string>& known);

    // Nesting is what evaluation recurses over, nodes are what it takes its time for.
    class Level {
    public:
        explicit Level(ExpressionParser& parser);
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        ~Level() { --parser_.depth_; }

    private:
        ExpressionParser& parser_;
    };

    Cursor& cursor_;
    const Scope& scope_;
    const Locals& locals_;
    int depth_ = 0;
    int nodes_ = 0;
};

}  // namespace fedmsgbot::tmpl
