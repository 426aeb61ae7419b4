#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formatters/template/filter.h"
#include "formatters/template/node.h"

// Makes the nodes of expressions; the parser is the only caller. What each does is in docs/rules.md.
namespace fedmsgbot::tmpl {

enum class Builtin { msg, topic, title, service, words, env, id, sender, headers, envelope, timestamp };
enum class Test { is_defined, is_none, is_string, is_mapping, is_sequence, is_number, is_boolean };
enum class Sign { plus, minus, times, divide, floor_divide, modulo };
enum class Relation { equal, unequal, less, less_or_equal, greater, greater_or_equal };
enum class LoopField { index, index0, first, last, length };

NodePtr literal_node(Value value);
NodePtr text_node(std::string text);
NodePtr list_node(std::vector<NodePtr> elements);
// Names are for people: what is shown of the piece in a shape.
NodePtr builtin_node(Builtin builtin, std::string name);
NodePtr named_node(std::size_t index);
NodePtr local_node(std::size_t slot, std::string name);
NodePtr loop_node(std::size_t depth, LoopField field);
NodePtr member_node(NodePtr base, std::string key);
NodePtr subscript_node(NodePtr base, NodePtr index);
NodePtr slice_node(NodePtr base, NodePtr from, NodePtr to);  // either may be null
NodePtr negative_node(NodePtr operand);
NodePtr not_node(NodePtr operand);
NodePtr and_node(NodePtr left, NodePtr right);
NodePtr or_node(NodePtr left, NodePtr right);
NodePtr choice_node(NodePtr condition, NodePtr then, NodePtr otherwise);  // otherwise may be null
NodePtr arithmetic_node(Sign sign, NodePtr left, NodePtr right);
NodePtr concatenation_node(std::vector<NodePtr> parts);
NodePtr relation_node(Relation relation, NodePtr left, NodePtr right);
NodePtr membership_node(NodePtr element, NodePtr whole);
NodePtr test_node(Test test, NodePtr operand);
// `regex` may be null.
NodePtr filter_node(const Filter& filter, NodePtr input, std::vector<NodePtr> arguments,
                    std::unique_ptr<const Regex> regex);

}  // namespace fedmsgbot::tmpl
