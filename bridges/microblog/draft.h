#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "bridges/microblog/post_style.h"

namespace fedmsgbot {

// What a message is to read like on a microblog, before anything is sent: one post, or a thread of them.
struct Draft {
    std::string warning;             // shown before each of them; mostly empty
    std::vector<std::string> parts;  // at least one, none of them empty

    bool operator==(const Draft&) const = default;
};

// Fits a line into what the server allows, in the operator's words: each part within the limits, the line's link whole
// or, where it is longer than a post, left out; nobody mentioned. To fit, tags are left out first, then the long form
// and the sentence are cut, at a word's end and with an ellipsis; in a thread nothing is, up to its longest. What the
// templates say of a marked line is made without its message. Pure.
Draft make_draft(const Message& message, const Line& line, const TextLimits& limits, const PostStyle& style);

// Parts of the longest thread.
inline constexpr std::size_t most_parts = 10;

// As one text, for the ledger; a draft of one post without a warning is its text. Decoding any text gives a draft.
std::string encode(const Draft& draft);
Draft decode(std::string_view text);

}  // namespace fedmsgbot
