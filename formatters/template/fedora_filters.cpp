// Filters that know Fedora: packages, people, the words of topics. docs/rules.md says what each does.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "formatters/template/filter.h"

namespace fedmsgbot::tmpl {

namespace {

Value short_hash(const FilterCall& call) {
    const auto most = std::clamp<std::int64_t>(call.integer_argument(0, 8), 0, 64);
    return Value(characters(call.input.text(), static_cast<std::size_t>(most)));
}

// Where the version begins, less its dash; the whole length where there are not two dashes.
std::size_t version_dash(std::string_view nvr) {
    const auto release = nvr.rfind('-');
    if (release == std::string_view::npos || release == 0) return nvr.size();
    const auto version = nvr.rfind('-', release - 1);
    return version == std::string_view::npos ? nvr.size() : version;
}

// A name with one dash loses what comes after it, as Python's rsplit("-", 2)[0] has it.
Value package_of_nvr(const FilterCall& call) {
    const auto nvr = call.input.text();
    const auto dash = version_dash(nvr);
    return Value(dash < nvr.size() ? nvr.substr(0, dash) : nvr.substr(0, nvr.rfind('-')));
}

Value version_of_nvr(const FilterCall& call) {
    const auto nvr = call.input.text();
    const auto dash = version_dash(nvr);
    return dash < nvr.size() ? Value(nvr.substr(dash + 1)) : Value();
}

Value sized(const FilterCall& call, std::string_view avatar) {
    auto& out = call.context.scratch;
    out.assign(avatar).append("?s=").append(std::to_string(call.integer_argument(0, 64))).append("&d=retro");
    return call.context.kept_text();
}

Value avatar(const FilterCall& call) {
    if (call.input.text().empty()) return {};
    return sized(call, call.context.avatars->of_account(call.input.text()));
}

Value avatar_of_email(const FilterCall& call) {
    if (call.input.text().empty()) return {};
    return sized(call, call.context.avatars->of_email(call.input.text()));
}

Value account(const FilterCall& call) { return Value(account_of(call.input.text(), *call.context.accounts)); }

// Of many people those who have an account: what is still an e-mail afterwards is left out.
Value accounts(const FilterCall& call) {
    flatten(call.context, call.input);
    std::erase_if(call.context.items, [&](Value& item) {
        if (!item.is_text()) return true;
        item = Value(account_of(item.text(), *call.context.accounts));
        return item.text().find('@') != std::string_view::npos;
    });
    return call.context.kept_list();
}

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// @name, where no letter stands before the @ (an e-mail) and the name ends with a letter or digit.
Value mentions(const FilterCall& call) {
    const auto text = call.input.text();
    auto& found = call.context.items;
    found.clear();
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        if (at > 0 && (is_name_byte(text[at - 1]) || text[at - 1] == '@')) continue;
        auto end = at + 1;
        while (end < text.size() && (is_name_byte(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
        while (end > at + 1 && !is_name_byte(text[end - 1])) --end;
        if (end > at + 2 && is_name_byte(text[at + 1])) found.emplace_back(text.substr(at + 1, end - at - 1));
    }
    return call.context.kept_list();
}

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

// English, for the verbs that topics have.
Value past_tense(const FilterCall& call) {
    using Irregular = std::pair<std::string_view, std::string_view>;
    static constexpr std::array irregular = {
        Irregular{"begin", "began"},      Irregular{"build", "built"},     Irregular{"commit", "committed"},
        Irregular{"cancel", "canceled"},  Irregular{"drop", "dropped"},    Irregular{"get", "got"},
        Irregular{"make", "made"},        Irregular{"run", "ran"},         Irregular{"send", "sent"},
        Irregular{"set", "set"},          Irregular{"skip", "skipped"},    Irregular{"stop", "stopped"},
        Irregular{"submit", "submitted"}, Irregular{"tag", "tagged"},      Irregular{"untag", "untagged"},
        Irregular{"flag", "flagged"},     Irregular{"unflag", "unflagged"}};
    const auto verb = call.input.text();
    for (const auto& [present, past] : irregular)
        if (verb == present) return Value(past);
    auto& out = call.context.scratch;
    out = verb;
    if (verb.empty()) return call.input;
    if (verb.ends_with('e'))
        out += 'd';
    else if (verb.ends_with('y') && verb.size() > 1 && !is_vowel(verb[verb.size() - 2]))
        out.replace(out.size() - 1, 1, "ied");
    else
        out += "ed";
    return call.context.kept_text();
}

constexpr auto text = Filter::Takes::text;

constexpr Filter table[] = {
    {"account", text, 0, {}, account},
    {"accounts", Filter::Takes::anything, 0, {}, accounts},
    {"avatar", text, 0, {"size"}, avatar},
    {"avatar_of_email", text, 0, {"size"}, avatar_of_email},
    {"mentions", text, 0, {}, mentions},
    {"package_of_nvr", text, 0, {}, package_of_nvr},
    {"past_tense", text, 0, {}, past_tense},
    {"short_hash", text, 0, {"n"}, short_hash},
    {"version_of_nvr", text, 0, {}, version_of_nvr},
};

}  // namespace

std::span<const Filter> fedora_filters() { return table; }

}  // namespace fedmsgbot::tmpl
