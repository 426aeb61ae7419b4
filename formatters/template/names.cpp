// The nodes of names, and of what is taken out of a value by a key or a place; expressions.h declares their makers.
#include <algorithm>

#include "bot/core/topic.h"
#include "formatters/template/expressions.h"

namespace fedmsgbot::tmpl {

namespace {

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
                break;  // a PathNode's
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
        if (cell.known_in != context.generation) {
            cell.value = context.named[index_]->evaluate(context);
            cell.known_in = context.generation;
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

// `msg.update.title`: from the message's body down.
class PathNode : public Node {
public:
    explicit PathNode(std::vector<std::string> keys) : keys_(std::move(keys)) {}

    Value evaluate(Context& context) const override {
        auto json = context.message->body();
        for (const auto& key : keys_) json = json[key];
        return Value::from_json(json, context.arena);
    }
    Shape shape(ShapeContext&) const override { return Shape::of(keys_.empty() ? "msg" : keys_.back()); }

    std::vector<std::string> longer(std::string key) const {
        auto keys = keys_;
        keys.push_back(std::move(key));
        return keys;
    }

private:
    std::vector<std::string> keys_;
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

}  // namespace

NodePtr builtin_node(Builtin builtin, std::string name) {
    if (builtin == Builtin::msg) return std::make_unique<PathNode>(std::vector<std::string>());
    return std::make_unique<BuiltinNode>(builtin, std::move(name));
}
NodePtr named_node(std::size_t index) { return std::make_unique<NamedNode>(index); }
NodePtr local_node(std::size_t slot, std::string name) { return std::make_unique<LocalNode>(slot, std::move(name)); }
NodePtr loop_node(std::size_t depth, LoopField field) { return std::make_unique<LoopNode>(depth, field); }
NodePtr member_node(NodePtr base, std::string key) {
    if (const auto* path = dynamic_cast<const PathNode*>(base.get()))
        return std::make_unique<PathNode>(path->longer(std::move(key)));
    return std::make_unique<MemberNode>(std::move(base), std::move(key));
}
NodePtr subscript_node(NodePtr base, NodePtr index) {
    return std::make_unique<SubscriptNode>(std::move(base), std::move(index));
}
NodePtr slice_node(NodePtr base, NodePtr from, NodePtr to) {
    return std::make_unique<SliceNode>(std::move(base), std::move(from), std::move(to));
}

}  // namespace fedmsgbot::tmpl
