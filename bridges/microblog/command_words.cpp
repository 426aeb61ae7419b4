#include "bridges/microblog/command_words.h"

#include <algorithm>
#include <array>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

// Of StatusNet, GNU social and their plugins; sorted.
constexpr std::array<std::string_view, 51> commands{
    "addpeople",     "block",  "d",           "dm",     "drop",        "fav",    "follow",  "get",       "groups",
    "help",          "invite", "join",        "last",   "leave",       "list",   "lists",   "login",     "lose",
    "nudge",         "off",    "on",          "people", "peoplelists", "quit",   "r",       "rd",        "rempeople",
    "repeat",        "reply",  "rp",          "rt",     "stats",       "stop",   "sub",     "subscribe", "subscribers",
    "subscriptions", "tag",    "tags",        "track",  "tracking",    "tracks", "unblock", "unfav",     "unfollow",
    "unlist",        "unsub",  "unsubscribe", "untag",  "untrack",     "whois"};

constexpr std::string_view guard = "\u200b";

std::string first_word(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(blanks)));
    return in_lower_case(text.substr(0, text.find_first_of(blanks)));
}

}  // namespace

bool begins_with_command(std::string_view text) {
    static_assert(std::is_sorted(commands.begin(), commands.end()));
    return std::binary_search(commands.begin(), commands.end(), std::string_view(first_word(text)));
}

std::string behind_a_guard(std::string_view text) { return std::string(guard) + std::string(text); }

}  // namespace fedmsgbot
