#include "bridges/microblog/draft.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view ellipsis = "…";
constexpr std::size_t most_text_bytes = 256 * 1024;
constexpr std::size_t most_warning = 200;  // characters; it is to be read at a glance
constexpr std::size_t most_tags = 10;
constexpr std::size_t number_weight = 8;         // ` (10/10)`
constexpr std::size_t least_for_a_thread = 100;  // below it a thread would be all numbers
// No clean text holds them.
constexpr char after_warning = '\x1d';
constexpr char between_parts = '\x1e';

// One blank between words, at most one empty line, none around.
std::string tidy(std::string_view text) {
    std::string out;
    std::size_t line_ends = 0;
    bool has_gap = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n') {
            has_gap = true;
            line_ends += c == '\n' ? 1 : 0;
            continue;
        }
        if (has_gap && !out.empty()) out.append(std::min<std::size_t>(line_ends, 2), '\n');
        if (has_gap && !out.empty() && line_ends == 0) out += ' ';
        has_gap = false;
        line_ends = 0;
        out += c;
    }
    return out;
}

// Renders what one message is to read like, with some of the line's parts shortened.
class Wording {
public:
    Wording(const Message& message, const Line& line, const PostStyle& style)
        : message_(message), line_(line), style_(style) {}

    std::string text(const tmpl::LineTemplate& part, const Line& line) const {
        const auto cleaned = clean_block(part.render(message_, line), most_text_bytes);
        return defuse_mentions(tidy(cleaned), style_.mentions);
    }
    // Where the operator's own words come to nothing, the usual ones do not.
    std::string post(const Line& line) const {
        static const PostStyle usual;
        auto words = text(style_.post, line);
        return words.empty() ? text(usual.post, line_) : words;
    }
    std::string warning() const {
        if (!style_.warning) return {};
        const auto words = clean_line(text(*style_.warning, line_));
        return std::string(grapheme_prefix(words, most_warning));
    }
    std::vector<std::string> tags() const {
        std::vector<std::string> tags;
        for (const auto& part : style_.tags) {
            auto tag = hashtag(clean_line(part.render(message_, line_)));
            const bool is_new = std::find(tags.begin(), tags.end(), tag) == tags.end();
            if (!tag.empty() && is_new && tags.size() < most_tags) tags.push_back(std::move(tag));
        }
        return tags;
    }

private:
    const Message& message_;
    const Line& line_;
    const PostStyle& style_;
};

// ` #one #two`: as many as fit.
std::string tags_within(const std::vector<std::string>& tags, std::size_t room, const TextLimits& limits) {
    std::string all;
    for (const auto& tag : tags) {
        if (weight(all, limits) + 1 + weight(tag, limits) > room) break;
        all += ' ';
        all += tag;
    }
    return all;
}

// Shortens one of the line's parts as little as makes the post fit; where nothing does, it is left out. By trying: a
// template may show a part twice, in capitals, or not at all.
bool shorten(std::string Line::*part, Line& line, const Wording& wording, std::size_t room, const TextLimits& limits) {
    const auto whole = line.*part;
    const auto fits = [&](std::size_t kept) {
        line.*part = kept == 0 ? std::string() : cut_text(whole, kept, limits) + std::string(ellipsis);
        return weight(wording.post(line), limits, line.link) <= room;
    };
    if (!fits(0)) return false;
    std::size_t most = 0;
    for (auto too_much = weight(whole, limits) + 1; most + 1 < too_much;) {
        const auto middle = most + (too_much - most) / 2;
        (fits(middle) ? most : too_much) = middle;
    }
    return fits(most);
}

std::string fitted(Line line, const Wording& wording, std::size_t room, const TextLimits& limits) {
    if (weight(wording.post(line), limits, line.link) <= room) return wording.post(line);
    if (link_weight(line.link, limits) > room) line.link.clear();
    // A mark's title is part of its `text`, and there is nothing to cut.
    for (const auto part : {&Line::long_form, &Line::text})
        if (mark_of(line).empty() && shorten(part, line, wording, room, limits)) return wording.post(line);
    const auto post = cut_text(wording.post(line), room - 1, limits, line.link);
    return post + std::string(ellipsis);
}

std::vector<std::string> threaded(const Line& line, const Wording& wording, std::size_t room,
                                  const TextLimits& limits) {
    const auto text = wording.post(line);
    const auto tags = wording.tags();
    if (const auto all = tags_within(tags, room, limits); weight(text + all, limits, line.link) <= room)
        return {text + all};
    const auto shown = tags_within(tags, room / 4, limits);
    auto parts =
        split_text(text, room - number_weight - weight(shown, limits), room - number_weight, limits, line.link);
    if (parts.size() > most_parts) {
        parts.resize(most_parts);
        auto& last = parts.back();
        std::string end(ellipsis);
        const bool has_link = line.link.empty() || last.find(line.link) != std::string::npos;
        if (!has_link && link_weight(line.link, limits) < room / 2) end += ' ' + line.link;
        last = cut_text(last, room - number_weight - weight(end, limits, line.link), limits) + end;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] += fmt::format(" ({}/{})", i + 1, parts.size());
    parts.front() += shown;
    return parts;
}

// Of a suspect that is to be marked: its topic, and nothing that it says.
Message without_words(const Message& message) {
    const nlohmann::json bare = {{"topic", message.topic()}, {"msg", nlohmann::json::object()}};
    return Message::parse(bare.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)).value();
}

Draft draft_of(const Message& message, const Line& line, const TextLimits& limits, const PostStyle& style) {
    const Wording wording(message, line, style);
    Draft draft;
    draft.warning = wording.warning();
    draft.warning = std::string(text_prefix(draft.warning, limits.characters / 2, limits));
    const auto room = limits.characters - weight(draft.warning, limits);
    if (style.too_long == PostStyle::TooLong::thread && room >= least_for_a_thread) {
        draft.parts = threaded(line, wording, room, limits);
    } else {
        auto text = fitted(line, wording, room, limits);
        const auto used = weight(text, limits, line.link);
        draft.parts.push_back(text + tags_within(wording.tags(), room - std::min(room, used), limits));
    }
    if (draft.parts.empty() || draft.parts.front().empty()) draft.parts = {std::string(ellipsis)};
    return draft;
}

}  // namespace

Draft make_draft(const Message& message, const Line& line, const TextLimits& limits, const PostStyle& style) {
    auto within = limits;
    if (style.most_characters > 0) within.characters = std::min(within.characters, style.most_characters);
    if (mark_of(line).empty()) return draft_of(message, line, within, style);
    return draft_of(without_words(message), line, within, style);
}

std::string encode(const Draft& draft) {
    std::string text;
    if (!draft.warning.empty()) text = draft.warning + after_warning;
    for (std::size_t i = 0; i < draft.parts.size(); ++i) {
        if (i > 0) text += between_parts;
        text += draft.parts[i];
    }
    return text;
}

Draft decode(std::string_view text) {
    Draft draft;
    if (const auto end = text.find(after_warning); end != std::string_view::npos) {
        draft.warning = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    for (;;) {
        const auto end = std::min(text.find(between_parts), text.size());
        draft.parts.emplace_back(text.substr(0, end));
        if (end == text.size()) return draft;
        text.remove_prefix(end + 1);
    }
}

}  // namespace fedmsgbot
