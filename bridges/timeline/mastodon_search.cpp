#include "bridges/timeline/mastodon_search.h"

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bridges/timeline/api_window.h"
#include "bridges/timeline/json_answer.h"

namespace fedmsgbot {

namespace {

constexpr ApiDialect dialect{"limit", 20, 40, "offset", false, MastodonView::first_id};

}  // namespace

struct MastodonSearch::Question {
    std::string text;
    std::string type;        // empty: all
    std::string account_id;  // only its statuses
    TimelineFilter words;
    ApiWindow window;

    bool wants(std::string_view what) const { return type.empty() || type == what; }
};

PageAnswer MastodonSearch::answer(const PageTarget& target) {
    Question question;
    question.text = clean_line(target.last("q").value_or(""), TimelineFilter::most_value + 1);
    question.type = target.last("type").value_or("");
    question.account_id = target.last("account_id").value_or("");
    auto [window, mistake] = ApiWindow::read(target, dialect);
    if (!mistake.empty()) return json_error(400, mistake);
    question.window = window;
    if (question.text.size() > TimelineFilter::most_value) return json_error(400, "The parameter q is too long");
    if (!question.wants("accounts") && !question.wants("hashtags") && !question.wants("statuses"))
        return json_error(400, "The parameter type must be accounts, hashtags or statuses");
    const bool has_room = question.words.add({FilterField::contains, false, question.text}).empty();
    if (!has_room)
        return json_error(
            400, fmt::format("The parameter q asks for too many words: at most {}", TimelineFilter::most_words));
    const auto nothing = Json::array();
    const bool is_empty = question.text.empty();
    return json_answer(200, {{"accounts", is_empty || !question.wants("accounts") ? nothing : accounts(question)},
                             {"statuses", is_empty || !question.wants("statuses") ? nothing : statuses(question)},
                             {"hashtags", is_empty || !question.wants("hashtags") ? nothing : hashtags(question)}});
}

// `git`, `@git`, `@git@bus.example.org`.
MastodonSearch::Json MastodonSearch::accounts(const Question& question) {
    std::string_view name = question.text;
    if (name.starts_with('@')) name.remove_prefix(1);
    const auto at = name.find('@');
    if (at != std::string_view::npos && name.substr(at + 1) != host_of_site(settings_)) return Json::array();
    const auto account = question.window.skipped == 0 ? accounts_.find(name.substr(0, at)) : std::nullopt;
    return account ? Json::array({view_.account(*account)}) : Json::array();
}

MastodonSearch::Json MastodonSearch::hashtags(const Question& question) {
    std::string_view name = question.text;
    if (name.starts_with('#')) name.remove_prefix(1);
    const auto filter = question.window.skipped == 0 ? accounts_.tagged(name) : std::nullopt;
    ApiWindow newest;
    newest.limit = 1;
    if (!filter || newest.find(store_, *filter, WorkTime::unlimited()).entries.empty()) return Json::array();
    auto tag = view_.tag(filter->terms().front().field, name);
    tag["history"] = Json::array();
    return Json::array({std::move(tag)});
}

MastodonSearch::Json MastodonSearch::statuses(const Question& question) {
    Json found = Json::array();
    // Clients look an address up to show it as their own.
    if (const auto pages = settings_.public_url + "/m/"; question.text.starts_with(pages)) {
        const auto id = read_digits(std::string_view(question.text).substr(pages.size()));
        if (const auto entry = id ? store_.find(*id) : std::nullopt) found.push_back(view_.status(*entry));
        return found;
    }
    auto filter = question.words;
    if (!question.account_id.empty()) {
        const auto account = accounts_.find(question.account_id);
        if (!account) return found;
        if (!account->is_bus) filter = filter.with({FilterField::category, false, account->name});
    }
    // Clients have no way to be told where a search goes on: it gives what it found in its time.
    for (const auto& entry : question.window.find(store_, filter, store_.search_time()).entries)
        found.push_back(view_.status(entry));
    return found;
}

}  // namespace fedmsgbot
