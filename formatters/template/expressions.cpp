#include "formatters/template/expressions.h"

#include "bot/core/topic.h"
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

Value topic_words(Context& context) {
    if (!context.words.is_undefined()) return context.words;
    std::string_view rest = context.message->topic();
    context.items.clear();
    for (;;) {
        const auto dot = rest.find('.');
        context.items.emplace_back(rest.substr(0, dot));
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    return context.words = context.kept_list();
}

Value message_id(const Message& message) { return Value(std::string_view(message.id())); }

class BuiltinNode : public Node {
public:
    BuiltinNode(Builtin builtin, std::string name) : builtin_(builtin), name_(std::move(name)) {}
    Shape shape(ShapeContext&) const override { return Shape::of(name_); }

    Value evaluate(Context& context) const override {
        const auto& message = *context.message;
        switch (builtin_) {
            case Builtin::msg:
                return Value::from_json(message.body(), context.arena);
            case Builtin::topic:
                return Value(std::string_view(message.topic()));
            case Builtin::title:
                return Value(topic_title(message.topic()));
            case Builtin::service:
                return Value(topic_service(message.topic()));
            case Builtin::words:
                return topic_words(context);
            case Builtin::env:
                return Value(topic_word(message.topic(), 2));
            case Builtin::id:
                return message_id(message);
            case Builtin::sender:
                return Value::from_json(message.envelope()["username"], context.arena);
            case Builtin::headers:
                return Value::from_json(message.headers(), context.arena);
            case Builtin::envelope:
                return Value::from_json(message.envelope(), context.arena);
            case Builtin::timestamp:
                return Value(std::int64_t{
                    std::chrono::duration_cast<std::chrono::seconds>(message.sent_at().time_since_epoch()).count()});
        }
        return {};
    }

private:
    Builtin builtin_;
    std::string name_;
};

class NamedNode : public Node {
public:
    explicit NamedNode(std::size_t index) : index_(index) {}
    Shape shape(ShapeContext& context) const override { return context.named(index_); }

    Value evaluate(Context& context) const override {
        auto& cell = context.named_values[index_];
        if (!cell.is_known) {
            cell.value = context.named[index_]->evaluate(context);
            cell.is_known = true;
        }
        return cell.value;
    }

private:
    std::size_t index_;
};

class LocalNode : public Node {
public:
    LocalNode(std::size_t slot, std::string name) : slot_(slot), name_(std::move(name)) {}
    Value evaluate(Context& context) const override { return context.locals[slot_]; }
    Shape shape(ShapeContext& context) const override { return context.local(slot_, name_); }

private:
    std::size_t slot_;
    std::string name_;
};

class LoopNode : public Node {
public:
    LoopNode(std::size_t depth, LoopField field) : depth_(depth), field_(field) {}
    Shape shape(ShapeContext&) const override { return Shape::of("number"); }

    Value evaluate(Context& context) const override {
        const auto& loop = context.loops[depth_];
        switch (field_) {
            case LoopField::index:
                return Value(static_cast<std::int64_t>(loop.index + 1));
            case LoopField::index0:
                return Value(static_cast<std::int64_t>(loop.index));
            case LoopField::first:
                return Value(loop.index == 0);
            case LoopField::last:
                return Value(loop.index + 1 == loop.length);
            case LoopField::length:
                return Value(static_cast<std::int64_t>(loop.length));
        }
        return {};
    }

private:
    std::size_t depth_;
    LoopField field_;
};

class MemberNode : public Node {
public:
    MemberNode(NodePtr base, std::string key) : base_(std::move(base)), key_(std::move(key)) {}
    Value evaluate(Context& context) const override { return base_->evaluate(context).member(key_, context.arena); }
    Shape shape(ShapeContext&) const override { return Shape::of(key_); }

private:
    NodePtr base_;
    std::string key_;
};

class SubscriptNode : public Node {
public:
    SubscriptNode(NodePtr base, NodePtr index) : base_(std::move(base)), index_(std::move(index)) {}
    Shape shape(ShapeContext& context) const override {
        return subscript_shape(base_->shape(context), index_->shape(context));
    }

    Value evaluate(Context& context) const override {
        const auto base = base_->evaluate(context);
        const auto index = index_->evaluate(context);
        if (base.is_mapping()) {
            if (index.is_nothing()) return {};
            return base.member(context.text_of(index), context.arena);
        }
        if (index.kind() != Value::Kind::integer || !context.spend(base.scan_cost())) return {};
        return base.element(index.integer(), context.arena);
    }

private:
    NodePtr base_;
    NodePtr index_;
};

class SliceNode : public Node {
public:
    SliceNode(NodePtr base, NodePtr from, NodePtr to)
        : base_(std::move(base)), from_(std::move(from)), to_(std::move(to)) {}
    Shape shape(ShapeContext& context) const override { return base_->shape(context); }

    Value evaluate(Context& context) const override {
        const auto base = base_->evaluate(context);
        if ((!base.is_text() && !base.is_sequence()) || !context.spend(base.scan_cost())) return {};
        const auto count = base.size();
        const auto from = bound(from_, context, count, 0);
        const auto to = std::max(from, bound(to_, context, count, count));
        if (base.is_text()) {
            const auto rest = base.text().substr(characters(base.text(), from).size());
            return Value(characters(rest, to - from));
        }
        if (base.kind() == Value::Kind::list) return Value(base.list().subspan(from, to - from));
        context.items.clear();
        std::size_t n = 0;
        each(base, context.arena, [&](const Value& element) {
            if (n >= from && n < to) context.items.push_back(element);
            return ++n < to;
        });
        return context.kept_list();
    }

private:
    static std::size_t bound(const NodePtr& node, Context& context, std::size_t count, std::size_t fallback) {
        if (!node) return fallback;
        const auto value = node->evaluate(context);
        if (!value.is_number()) return fallback;
        const auto size = static_cast<std::int64_t>(count);
        auto at = value.integer();
        if (at < 0) at = std::max<std::int64_t>(at, -size) + size;
        return static_cast<std::size_t>(std::min(at, size));
    }

    NodePtr base_;
    NodePtr from_;
    NodePtr to_;
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
NodePtr builtin_node(Builtin builtin, std::string name) {
    return std::make_unique<BuiltinNode>(builtin, std::move(name));
}
NodePtr named_node(std::size_t index) { return std::make_unique<NamedNode>(index); }
NodePtr local_node(std::size_t slot, std::string name) { return std::make_unique<LocalNode>(slot, std::move(name)); }
NodePtr loop_node(std::size_t depth, LoopField field) { return std::make_unique<LoopNode>(depth, field); }
NodePtr member_node(NodePtr base, std::string key) {
    return std::make_unique<MemberNode>(std::move(base), std::move(key));
}
NodePtr subscript_node(NodePtr base, NodePtr index) {
    return std::make_unique<SubscriptNode>(std::move(base), std::move(index));
}
NodePtr slice_node(NodePtr base, NodePtr from, NodePtr to) {
    return std::make_unique<SliceNode>(std::move(base), std::move(from), std::move(to));
}
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
