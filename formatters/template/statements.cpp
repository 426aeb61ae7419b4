#include "formatters/template/statements.h"

#include <algorithm>

#include "formatters/template/filter.h"

namespace fedmsgbot::tmpl {

namespace {

class DataStatement : public Statement {
public:
    explicit DataStatement(std::string text) : text_(std::move(text)) {}
    void render(Context&, Output& output) const override { output.write(std::string_view(text_)); }
    Shape shape(ShapeContext&) const override { return Shape::words(text_); }

private:
    std::string text_;
};

class OutputStatement : public Statement {
public:
    explicit OutputStatement(NodePtr expression) : expression_(std::move(expression)) {}
    void render(Context& context, Output& output) const override {
        const auto value = expression_->evaluate(context);
        if (value.is_text()) return output.write(value.text());
        context.scratch.clear();
        context.print_to(context.scratch, value, max_value_bytes);
        output.write(context.scratch);
    }
    Shape shape(ShapeContext& context) const override { return expression_->shape(context); }

private:
    NodePtr expression_;
};

class IfStatement : public Statement {
public:
    IfStatement(std::vector<Branch> branches, Block otherwise)
        : branches_(std::move(branches)), otherwise_(std::move(otherwise)) {}

    void render(Context& context, Output& output) const override {
        for (const auto& branch : branches_)
            if (branch.condition->evaluate(context).is_true()) return branch.block.render(context, output);
        otherwise_.render(context, output);
    }

    Shape shape(ShapeContext& context) const override {
        std::vector<Shape> shapes;
        for (const auto& branch : branches_) shapes.push_back(branch.block.shape(context));
        shapes.push_back(otherwise_.shape(context));
        return Shape::either(shapes);
    }

private:
    std::vector<Branch> branches_;
    Block otherwise_;
};

class ForStatement : public Statement {
public:
    explicit ForStatement(Loop loop) : loop_(std::move(loop)) {}

    void render(Context& context, Output& output) const override {
        const auto elements = collect(context);
        if (elements.empty()) return loop_.otherwise.render(context, output);
        for (std::size_t n = 0; n < elements.size(); ++n) {
            if (++context.iterations > max_iterations || output.is_full()) return;
            std::fill(context.locals.begin() + loop_.first_slot, context.locals.begin() + loop_.end_slot, Value());
            context.loops[loop_.depth] = {n, elements.size()};
            bind(context, elements[n]);
            loop_.body.render(context, output);
        }
    }

    Shape shape(ShapeContext& context) const override {
        auto rounds = loop_.body.shape(context);
        if (!rounds.is_nothing()) rounds.add(Shape::words("..."));
        const auto none = loop_.otherwise.shape(context);
        return none.is_nothing() ? rounds : Shape::either({rounds, none});
    }

private:
    std::span<const Value> collect(Context& context) const {
        static const Filter* items = find_filter("items");
        auto over = loop_.over->evaluate(context);
        if (!context.spend(over.scan_cost())) return {};
        if (loop_.has_pair && over.is_mapping()) {
            const std::array<Value, max_arguments> none;
            return apply_filter(*items, context, over, none, nullptr).list();
        }
        if (over.kind() == Value::Kind::list) return over.list();
        context.items.clear();
        each(over, context.arena, [&](const Value& element) {
            context.items.push_back(element);
            return context.items.size() < max_iterations;
        });
        return context.kept_list().list();
    }

    void bind(Context& context, const Value& element) const {
        context.locals[loop_.key_slot] = loop_.has_pair ? element.element(0, context.arena) : element;
        if (loop_.has_pair) context.locals[loop_.value_slot] = element.element(1, context.arena);
    }

    Loop loop_;
};

class SetStatement : public Statement {
public:
    SetStatement(std::size_t slot, NodePtr value) : slot_(slot), value_(std::move(value)) {}
    void render(Context& context, Output&) const override { context.locals[slot_] = value_->evaluate(context); }
    Shape shape(ShapeContext& context) const override {
        context.set_local(slot_, value_->shape(context));
        return {};
    }

private:
    std::size_t slot_;
    NodePtr value_;
};

}  // namespace

StatementPtr data_statement(std::string text) { return std::make_unique<DataStatement>(std::move(text)); }
StatementPtr output_statement(NodePtr expression) { return std::make_unique<OutputStatement>(std::move(expression)); }
StatementPtr if_statement(std::vector<Branch> branches, Block otherwise) {
    return std::make_unique<IfStatement>(std::move(branches), std::move(otherwise));
}
StatementPtr for_statement(Loop loop) { return std::make_unique<ForStatement>(std::move(loop)); }
StatementPtr set_statement(std::size_t slot, NodePtr value) {
    return std::make_unique<SetStatement>(slot, std::move(value));
}

}  // namespace fedmsgbot::tmpl
