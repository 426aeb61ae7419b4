#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot::tmpl {

class Node;
struct Scope;

// How a text looks before there is a message to make it of, as manual pages write it: fixed words as they are,
// `<agent>` for what the message says, `{tuned|broke}` for one of several, `[ again]` for what may be missing. One
// thought of a text, not its grammar: it is short, whatever the template. A value; nothing by default.
class Shape {
public:
    Shape() = default;
    static Shape words(std::string_view text);
    static Shape of(std::string_view name);
    // One of them; where one is nothing, the others may be missing. Only the first few different ones are kept.
    static Shape either(const std::vector<Shape>& shapes);

    void add(const Shape& next);  // behind it

    bool is_nothing() const { return forms_.empty(); }
    // Fixed text with letters in it, so that it tells more than a name would.
    bool has_words() const { return has_words_; }
    // Of a shape that is `<name>` and no more; else empty.
    std::string_view name() const;
    std::string text() const;

private:
    std::vector<std::string> forms_;
    bool may_be_missing_ = false;
    bool has_more_ = false;
    bool has_words_ = false;
};

// What the shapes of one template are made with: the file's named expressions, and what the template has set so far.
// Both must outlive it. Named expressions may use one another, so the number of looks into them is bounded.
class ShapeContext {
public:
    ShapeContext(const Scope& scope, std::span<const std::unique_ptr<const Node>> named)
        : scope_(scope), named_(named) {}

    // What the name stands for, where that is some words of a sentence; else `<name>`.
    Shape named(std::size_t index);

    // Likewise. A name that is set at several places is one of them.
    void set_local(std::size_t slot, const Shape& shape);
    Shape local(std::size_t slot, std::string_view name) const;

private:
    const Scope& scope_;
    std::span<const std::unique_ptr<const Node>> named_;
    std::map<std::size_t, Shape> locals_;
    int depth_ = 0;
    int looks_ = 0;
};

// Of the pieces of expressions whose shape is more than that of their parts.
Shape truth_shape();
Shape subscript_shape(const Shape& base, const Shape& index);
// `arguments`: those that the template gives, nothing for the others.
Shape filter_shape(std::string_view filter, const Shape& input, const std::vector<Shape>& arguments);

}  // namespace fedmsgbot::tmpl
