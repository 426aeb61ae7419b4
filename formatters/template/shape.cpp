#include "formatters/template/shape.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bot/core/text.h"
#include "formatters/template/node.h"
#include "formatters/template/scope.h"

namespace fedmsgbot::tmpl {

namespace {

constexpr std::size_t max_forms = 4;
constexpr std::size_t max_bytes = 600;  // a sentence of three alternatives still fits
constexpr std::size_t max_looked_into = 60;
constexpr int max_depth = 4;
constexpr int max_looks = 200;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// What a name stands for is shown where it is words of the sentence: short, and more than a path made of other names.
Shape prose_or(const Shape& shape, std::string_view name) {
    const auto text = shape.text();
    const bool is_prose = text.find(' ') != std::string::npos || text.find('<') == std::string::npos;
    return shape.has_words() && is_prose && text.size() <= max_looked_into ? shape : Shape::of(name);
}

}  // namespace

Shape Shape::words(std::string_view text) {
    Shape shape;
    if (!text.empty()) shape.forms_.emplace_back(utf8_prefix(text, max_bytes));
    shape.has_words_ = std::any_of(text.begin(), text.end(), is_letter);
    return shape;
}

Shape Shape::of(std::string_view name) {
    Shape shape;
    shape.forms_.push_back(fmt::format("<{}>", name));
    return shape;
}

Shape Shape::either(const std::vector<Shape>& shapes) {
    Shape made;
    for (const auto& shape : shapes) {
        made.may_be_missing_ |= shape.may_be_missing_ || shape.is_nothing();
        made.has_more_ |= shape.has_more_;
        made.has_words_ |= shape.has_words_;
        for (const auto& form : shape.forms_) {
            if (std::find(made.forms_.begin(), made.forms_.end(), form) != made.forms_.end()) continue;
            if (made.forms_.size() < max_forms)
                made.forms_.push_back(form);
            else
                made.has_more_ = true;
        }
    }
    return made;
}

void Shape::add(const Shape& next) {
    if (next.is_nothing()) return;
    if (is_nothing()) {
        *this = next;
        return;
    }
    auto whole = text();
    if (whole.size() < max_bytes) whole += next.text();
    forms_.assign(1, std::string(utf8_prefix(whole, 2 * max_bytes)));
    may_be_missing_ = has_more_ = false;
    has_words_ |= next.has_words_;
}

std::string_view Shape::name() const {
    if (forms_.size() != 1 || may_be_missing_) return {};
    const std::string_view form = forms_.front();
    return form.starts_with('<') && form.find('>') == form.size() - 1 ? form.substr(1, form.size() - 2)
                                                                      : std::string_view();
}

std::string Shape::text() const {
    if (forms_.empty()) return {};
    const auto all = fmt::format("{}{}", fmt::join(forms_, "|"), has_more_ ? "|..." : "");
    if (may_be_missing_) return fmt::format("[{}]", all);
    return forms_.size() == 1 && !has_more_ ? all : fmt::format("{{{}}}", all);
}

Shape ShapeContext::named(std::size_t index) {
    const auto& name = scope_.named[index];
    if (!named_[index] || depth_ == max_depth || ++looks_ > max_looks) return Shape::of(name);
    ++depth_;
    const auto shape = named_[index]->shape(*this);
    --depth_;
    return prose_or(shape, name);
}

void ShapeContext::set_local(std::size_t slot, const Shape& shape) {
    const auto [at, is_new] = locals_.emplace(slot, shape);
    if (!is_new) at->second = Shape::either({at->second, shape});
}

Shape ShapeContext::local(std::size_t slot, std::string_view name) const {
    const auto found = locals_.find(slot);
    return found == locals_.end() ? Shape::of(name) : prose_or(found->second, name);
}

Shape truth_shape() { return Shape::either({Shape::words("True"), Shape::words("False")}); }

Shape subscript_shape(const Shape& base, const Shape& index) {
    const auto at = index.text();
    // The topic's words have no names of their own.
    if (base.name() == "words") return Shape::of(at == "-1" ? "last word" : "word " + at);
    return index.has_words() && at.find_first_of("<{[") == std::string::npos ? Shape::of(at) : base;
}

Shape filter_shape(std::string_view filter, const Shape& input, const std::vector<Shape>& arguments) {
    if (filter == "lookup" && arguments[0].has_words()) {
        auto words = arguments;
        if (words[1].is_nothing()) words.pop_back();
        return Shape::either(words);
    }
    if (filter == "plural")
        return Shape::either({arguments[0], arguments[1].is_nothing() ? Shape::words("s") : arguments[1]});
    if ((filter == "length" || filter == "count") && !input.name().empty())
        return Shape::of(fmt::format("number of {}", input.name()));
    if (filter == "default" && input.is_nothing()) return arguments[0];
    return input;
}

}  // namespace fedmsgbot::tmpl
