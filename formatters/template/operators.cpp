// The nodes of operators; expressions.h declares their makers.
#include <algorithm>
#include <cmath>
#include <limits>

#include "formatters/template/expressions.h"
#include "formatters/template/print.h"

namespace fedmsgbot::tmpl {

namespace {

class NegativeNode : public Node {
public:
    explicit NegativeNode(NodePtr operand) : operand_(std::move(operand)) {}

    Value evaluate(Context& context) const override {
        const auto value = operand_->evaluate(context);
        if (value.kind() == Value::Kind::integer && value.integer() != std::numeric_limits<std::int64_t>::min())
            return Value(-value.integer());
        return value.is_number() ? Value(-value.real()) : Value();
    }

    Shape shape(ShapeContext& context) const override {
        const auto operand = operand_->shape(context);
        return operand.name().empty() ? Shape::words("-" + operand.text()) : operand;
    }

private:
    NodePtr operand_;
};

class NotNode : public Node {
public:
    explicit NotNode(NodePtr operand) : operand_(std::move(operand)) {}
    Value evaluate(Context& context) const override { return Value(!operand_->evaluate(context).is_true()); }
    Shape shape(ShapeContext&) const override { return truth_shape(); }

private:
    NodePtr operand_;
};

// As in Python, the operand that decided is the result.
class AndNode : public Node {
public:
    AndNode(NodePtr left, NodePtr right) : left_(std::move(left)), right_(std::move(right)) {}

    Value evaluate(Context& context) const override {
        const auto left = left_->evaluate(context);
        return left.is_true() ? right_->evaluate(context) : left;
    }

    Shape shape(ShapeContext& context) const override { return right_->shape(context); }

private:
    NodePtr left_;
    NodePtr right_;
};

class OrNode : public Node {
public:
    OrNode(NodePtr left, NodePtr right) : left_(std::move(left)), right_(std::move(right)) {}

    Value evaluate(Context& context) const override {
        const auto left = left_->evaluate(context);
        return left.is_true() ? left : right_->evaluate(context);
    }

    Shape shape(ShapeContext& context) const override { return left_->shape(context); }

private:
    NodePtr left_;
    NodePtr right_;
};

std::int64_t floor_quotient(std::int64_t a, std::int64_t b) {
    const auto quotient = a / b;
    return quotient - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

// The reals take over where integers overflow; division by zero is undefined.
Value calculate_integers(Sign sign, std::int64_t a, std::int64_t b) {
    const bool is_division = sign == Sign::divide || sign == Sign::floor_divide || sign == Sign::modulo;
    if (is_division && b == 0) return {};
    std::int64_t result = 0;
    const double x = static_cast<double>(a), y = static_cast<double>(b);
    const bool would_overflow = a == std::numeric_limits<std::int64_t>::min() && b == -1;
    switch (sign) {
        case Sign::plus:
            return __builtin_add_overflow(a, b, &result) ? Value(x + y) : Value(result);
        case Sign::minus:
            return __builtin_sub_overflow(a, b, &result) ? Value(x - y) : Value(result);
        case Sign::times:
            return __builtin_mul_overflow(a, b, &result) ? Value(x * y) : Value(result);
        case Sign::divide:
            return Value(x / y);
        case Sign::floor_divide:
            return would_overflow ? Value(-x) : Value(floor_quotient(a, b));
        case Sign::modulo:
            return would_overflow ? Value(std::int64_t{0}) : Value(a - floor_quotient(a, b) * b);
    }
    return {};
}

Value calculate_reals(Sign sign, double a, double b) {
    switch (sign) {
        case Sign::plus:
            return Value(a + b);
        case Sign::minus:
            return Value(a - b);
        case Sign::times:
            return Value(a * b);
        case Sign::divide:
            return b == 0 ? Value() : Value(a / b);
        case Sign::floor_divide:
            return b == 0 ? Value() : Value(std::floor(a / b));
        case Sign::modulo:
            return b == 0 ? Value() : Value(a - std::floor(a / b) * b);
    }
    return {};
}

// Texts, and lists; nothing beside a list counts as an empty one.
Value joined(Context& context, const Value& a, const Value& b) {
    if (!context.spend(a.scan_cost() + b.scan_cost())) return {};
    if (a.is_text() && b.is_text()) {
        context.scratch = a.text().substr(0, max_value_bytes);
        context.scratch += b.text().substr(0, max_value_bytes);
        return context.kept_text();
    }
    const auto is_listable = [](const Value& value) { return value.is_sequence() || value.is_nothing(); };
    if (!is_listable(a) || !is_listable(b) || (a.is_nothing() && b.is_nothing())) return {};
    context.items.clear();
    const auto take = [&](const Value& element) { return context.items.push_back(element), true; };
    each(a, context.arena, take);
    each(b, context.arena, take);
    return context.kept_list();
}

class ArithmeticNode : public Node {
public:
    ArithmeticNode(Sign sign, NodePtr left, NodePtr right)
        : sign_(sign), left_(std::move(left)), right_(std::move(right)) {}

    Value evaluate(Context& context) const override {
        const auto a = left_->evaluate(context);
        const auto b = right_->evaluate(context);
        if (a.kind() == Value::Kind::integer && b.kind() == Value::Kind::integer)
            return calculate_integers(sign_, a.integer(), b.integer());
        if (a.is_number() && b.is_number()) return calculate_reals(sign_, a.real(), b.real());
        return sign_ == Sign::plus ? joined(context, a, b) : Value();
    }

    Shape shape(ShapeContext& context) const override {
        auto shape = left_->shape(context);
        const auto right = right_->shape(context);
        if (sign_ == Sign::plus && (shape.has_words() || right.has_words())) shape.add(right);
        return shape;
    }

private:
    Sign sign_;
    NodePtr left_;
    NodePtr right_;
};

class ConcatenationNode : public Node {
public:
    explicit ConcatenationNode(std::vector<NodePtr> parts) : parts_(std::move(parts)) {}

    Value evaluate(Context& context) const override {
        // Parts may use the scratch text themselves, so all are evaluated before any is printed.
        std::array<Value, most_at_once> values;
        std::size_t count = 0;
        for (const auto& part : parts_) values[count++] = part->evaluate(context);
        context.scratch.clear();
        for (std::size_t n = 0; n < count && context.scratch.size() < max_value_bytes; ++n)
            context.print_to(context.scratch, values[n], max_value_bytes);
        return context.spend(context.scratch.size()) ? context.kept_text() : Value();
    }

    Shape shape(ShapeContext& context) const override {
        Shape whole;
        for (const auto& part : parts_) whole.add(part->shape(context));
        return whole;
    }

    static constexpr std::size_t most_at_once = 8;

private:
    std::vector<NodePtr> parts_;
};

class RelationNode : public Node {
public:
    RelationNode(Relation relation, NodePtr left, NodePtr right)
        : relation_(relation), left_(std::move(left)), right_(std::move(right)) {}

    Value evaluate(Context& context) const override {
        const auto a = left_->evaluate(context);
        const auto b = right_->evaluate(context);
        if (!context.spend(std::min(a.scan_cost(), b.scan_cost()))) return {};
        if (relation_ == Relation::equal) return Value(equal(a, b, context.arena));
        if (relation_ == Relation::unequal) return Value(!equal(a, b, context.arena));
        const auto order = compare(a, b);
        return Value(order.is_comparable && holds(order.sign));
    }

    Shape shape(ShapeContext&) const override { return truth_shape(); }

private:
    bool holds(int sign) const {
        switch (relation_) {
            case Relation::less:
                return sign < 0;
            case Relation::less_or_equal:
                return sign <= 0;
            case Relation::greater:
                return sign > 0;
            case Relation::greater_or_equal:
                return sign >= 0;
            default:
                return false;
        }
    }

    Relation relation_;
    NodePtr left_;
    NodePtr right_;
};

class MembershipNode : public Node {
public:
    MembershipNode(NodePtr element, NodePtr whole) : element_(std::move(element)), whole_(std::move(whole)) {}

    Value evaluate(Context& context) const override {
        const auto element = element_->evaluate(context);
        const auto whole = whole_->evaluate(context);
        if (whole.is_nothing() || !context.spend(whole.scan_cost())) return Value(false);
        if (whole.is_text())
            return Value(element.is_text() && whole.text().find(element.text()) != std::string_view::npos);
        if (whole.is_mapping())
            return Value(!element.is_nothing() &&
                         !whole.member(context.text_of(element), context.arena).is_undefined());
        if (!whole.is_sequence()) return Value(false);
        bool is_found = false;
        each(whole, context.arena,
             [&](const Value& other) { return !(is_found = equal(element, other, context.arena)); });
        return Value(is_found);
    }

    Shape shape(ShapeContext&) const override { return truth_shape(); }

private:
    NodePtr element_;
    NodePtr whole_;
};

}  // namespace

NodePtr negative_node(NodePtr operand) { return std::make_unique<NegativeNode>(std::move(operand)); }
NodePtr not_node(NodePtr operand) { return std::make_unique<NotNode>(std::move(operand)); }
NodePtr and_node(NodePtr left, NodePtr right) { return std::make_unique<AndNode>(std::move(left), std::move(right)); }
NodePtr or_node(NodePtr left, NodePtr right) { return std::make_unique<OrNode>(std::move(left), std::move(right)); }
NodePtr arithmetic_node(Sign sign, NodePtr left, NodePtr right) {
    return std::make_unique<ArithmeticNode>(sign, std::move(left), std::move(right));
}

NodePtr concatenation_node(std::vector<NodePtr> parts) {
    while (parts.size() > ConcatenationNode::most_at_once) {
        std::vector<NodePtr> head;
        for (std::size_t n = 0; n < ConcatenationNode::most_at_once; ++n) head.push_back(std::move(parts[n]));
        parts.erase(parts.begin() + 1, parts.begin() + ConcatenationNode::most_at_once);
        parts.front() = std::make_unique<ConcatenationNode>(std::move(head));
    }
    return std::make_unique<ConcatenationNode>(std::move(parts));
}

NodePtr relation_node(Relation relation, NodePtr left, NodePtr right) {
    return std::make_unique<RelationNode>(relation, std::move(left), std::move(right));
}
NodePtr membership_node(NodePtr element, NodePtr whole) {
    return std::make_unique<MembershipNode>(std::move(element), std::move(whole));
}

}  // namespace fedmsgbot::tmpl
