#include "formatters/template/expressions.h"

#include "formatters/template/print.h"

namespace fedmsgbot::tmpl {

namespace {

class LiteralNode : public Node {
public:
    explicit LiteralNode(Value value) : value_(value) {}
    Value evaluate(Context&) const override { return value_; }

    Shape shape(ShapeContext&) const override {
        if (const auto* table = value_.words()) {
            std::vector<Shape> words;
            for (const auto& [key, word] : *table) words.push_back(Shape::words(word));
            return Shape::either(words);
        }
        std::string text;
        if (!value_.is_nothing()) print(value_, text, 64);
        return Shape::words(text);
    }

private:
    Value value_;
};

class TextNode : public Node {
public:
    explicit TextNode(std::string text) : text_(std::move(text)) {}
    Value evaluate(Context&) const override { return Value(std::string_view(text_)); }
    Shape shape(ShapeContext&) const override { return Shape::words(text_); }
    const std::string* constant() const override { return &text_; }

private:
    std::string text_;
};

class ListNode : public Node {
public:
    explicit ListNode(std::vector<NodePtr> elements) : elements_(std::move(elements)) {}

    Value evaluate(Context& context) const override {
        auto* list = context.arena.array<Value>(elements_.size());
        if (!list) return {};
        for (std::size_t n = 0; n < elements_.size(); ++n) list[n] = elements_[n]->evaluate(context);
        return Value(std::span<const Value>(list, elements_.size()));
    }

    Shape shape(ShapeContext& context) const override {
        Shape whole;
        for (const auto& element : elements_) {
            if (!whole.is_nothing()) whole.add(Shape::words(", "));
            whole.add(element->shape(context));
        }
        return whole;
    }

private:
    std::vector<NodePtr> elements_;
};

class ChoiceNode : public Node {
public:
    ChoiceNode(NodePtr condition, NodePtr then, NodePtr otherwise)
        : condition_(std::move(condition)), then_(std::move(then)), otherwise_(std::move(otherwise)) {}

    Value evaluate(Context& context) const override {
        if (condition_->evaluate(context).is_true()) return then_->evaluate(context);
        return otherwise_ ? otherwise_->evaluate(context) : Value();
    }

    Shape shape(ShapeContext& context) const override {
        return Shape::either({then_->shape(context), otherwise_ ? otherwise_->shape(context) : Shape()});
    }

private:
    NodePtr condition_;
    NodePtr then_;
    NodePtr otherwise_;
};

class TestNode : public Node {
public:
    TestNode(Test test, NodePtr operand) : test_(test), operand_(std::move(operand)) {}
    Shape shape(ShapeContext&) const override { return truth_shape(); }

    Value evaluate(Context& context) const override {
        const auto value = operand_->evaluate(context);
        switch (test_) {
            case Test::is_defined:
                return Value(!value.is_undefined());
            case Test::is_none:
                return Value(value.kind() == Value::Kind::none);
            case Test::is_string:
                return Value(value.is_text());
            case Test::is_mapping:
                return Value(value.is_mapping());
            case Test::is_sequence:
                return Value(value.is_sequence());
            case Test::is_number:
                return Value(value.is_number());
            case Test::is_boolean:
                return Value(value.kind() == Value::Kind::boolean);
        }
        return {};
    }

private:
    Test test_;
    NodePtr operand_;
};

std::vector<Shape> shapes(const std::vector<NodePtr>& nodes, ShapeContext& context) {
    std::vector<Shape> made;
    made.reserve(nodes.size());
    for (const auto& node : nodes) made.push_back(node ? node->shape(context) : Shape());
    return made;
}

class FilterNode : public Node {
public:
    FilterNode(const Filter& filter, NodePtr input, std::vector<NodePtr> arguments, std::unique_ptr<const Regex> regex)
        : filter_(filter), input_(std::move(input)), arguments_(std::move(arguments)), regex_(std::move(regex)) {}

    Value evaluate(Context& context) const override {
        const auto input = input_->evaluate(context);
        std::array<Value, max_arguments> arguments;
        for (std::size_t n = 0; n < arguments_.size(); ++n)
            if (arguments_[n]) arguments[n] = arguments_[n]->evaluate(context);
        return apply_filter(filter_, context, input, arguments, regex_.get());
    }

    Shape shape(ShapeContext& context) const override {
        return filter_shape(filter_.name, input_->shape(context), shapes(arguments_, context));
    }

private:
    const Filter& filter_;
    NodePtr input_;
    std::vector<NodePtr> arguments_;
    std::unique_ptr<const Regex> regex_;
};

// The filter `default`, which most rules use several times a message: its value is evaluated only where it is needed.
class DefaultNode : public Node {
public:
    DefaultNode(NodePtr input, std::vector<NodePtr> arguments)
        : input_(std::move(input)), arguments_(std::move(arguments)) {}

    Value evaluate(Context& context) const override {
        const auto input = input_->evaluate(context);
        if (input.is_true()) return input;
        const bool also_when_empty = arguments_[1] && arguments_[1]->evaluate(context).is_true();
        return also_when_empty || input.is_undefined() ? arguments_[0]->evaluate(context) : input;
    }

    Shape shape(ShapeContext& context) const override {
        return filter_shape("default", input_->shape(context), shapes(arguments_, context));
    }

private:
    NodePtr input_;
    std::vector<NodePtr> arguments_;
};

}  // namespace

NodePtr literal_node(Value value) { return std::make_unique<LiteralNode>(value); }
NodePtr text_node(std::string text) { return std::make_unique<TextNode>(std::move(text)); }
NodePtr list_node(std::vector<NodePtr> elements) { return std::make_unique<ListNode>(std::move(elements)); }
NodePtr choice_node(NodePtr condition, NodePtr then, NodePtr otherwise) {
    return std::make_unique<ChoiceNode>(std::move(condition), std::move(then), std::move(otherwise));
}
NodePtr test_node(Test test, NodePtr operand) { return std::make_unique<TestNode>(test, std::move(operand)); }
NodePtr filter_node(const Filter& filter, NodePtr input, std::vector<NodePtr> arguments,
                    std::unique_ptr<const Regex> regex) {
    if (filter.name == "default") return std::make_unique<DefaultNode>(std::move(input), std::move(arguments));
    return std::make_unique<FilterNode>(filter, std::move(input), std::move(arguments), std::move(regex));
}

}  // namespace fedmsgbot::tmpl
