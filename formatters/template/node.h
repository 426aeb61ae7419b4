#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "formatters/template/context.h"
#include "formatters/template/shape.h"

namespace fedmsgbot::tmpl {

// A piece of a compiled expression. Immutable; evaluating it is total: what makes no sense is undefined.
class Node {
public:
    virtual ~Node() = default;
    virtual Value evaluate(Context& context) const = 0;
    virtual Shape shape(ShapeContext& context) const = 0;
    // The text that it is whatever the message; null where it is none.
    virtual const std::string* constant() const { return nullptr; }
};
using NodePtr = std::unique_ptr<const Node>;

// Where a template's output goes. Writing beyond the limit is ignored, and the template ends soon after.
class Output {
public:
    Output(std::string& out, std::size_t most_bytes) : out_(out), most_bytes_(most_bytes) {}

    bool is_full() const { return out_.size() >= most_bytes_; }
    void write(std::string_view text) {
        if (out_.size() < most_bytes_) out_ += text.substr(0, most_bytes_ - out_.size());
    }

private:
    std::string& out_;
    std::size_t most_bytes_;
};

// A piece of a compiled template, likewise.
class Statement {
public:
    virtual ~Statement() = default;
    virtual void render(Context& context, Output& output) const = 0;
    virtual Shape shape(ShapeContext& context) const = 0;
};
using StatementPtr = std::unique_ptr<const Statement>;

// Pieces one after the other.
class Block {
public:
    void add(StatementPtr statement) { statements_.push_back(std::move(statement)); }
    bool is_empty() const { return statements_.empty(); }
    void render(Context& context, Output& output) const {
        for (const auto& statement : statements_)
            if (!output.is_full()) statement->render(context, output);
    }
    Shape shape(ShapeContext& context) const {
        Shape whole;
        for (const auto& statement : statements_) whole.add(statement->shape(context));
        return whole;
    }

private:
    std::vector<StatementPtr> statements_;
};

}  // namespace fedmsgbot::tmpl
