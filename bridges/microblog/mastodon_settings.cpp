#include "bridges/microblog/mastodon_settings.h"

#include <algorithm>

#include "bot/core/text.h"
#include "bridges/microblog/account_settings.h"

namespace fedmsgbot {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// `en`, `pt-BR`.
bool is_language(const std::string& text) {
    const auto dash = std::min(text.find('-'), text.size());
    return (dash == 2 || dash == 3) && text.size() <= 12 &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || c == '-'; });
}

std::string read_token(Table& table) {
    const bool is_named = table.has("token_file") || table.has("token_env");
    std::string token = table.secret("token");
    if (!is_named) table.fail("token_file", "an access token is needed: `token_file` or `token_env`");
    if (!is_ascii_word(token)) {  // would break the request's header
        table.fail(table.has("token_file") ? "token_file" : "token_env",
                   "this is no access token: it holds blanks or characters beyond ASCII");
        token.clear();
    }
    return token;
}

}  // namespace

MastodonSettings read_mastodon_settings(Table& table) {
    MastodonSettings settings;
    settings.url = read_server_url(table, "https://social.example");
    settings.token = read_token(table);
    settings.token_file = table.text("token_file", "");
    settings.visibility = table.choice("visibility", {"unlisted", "public", "private", "direct"});
    settings.language = table.text("language", "");
    if (!settings.language.empty() && !is_language(settings.language))
        table.fail("language", "`language` is an ISO 639 code, like \"en\"");
    settings.style = read_post_style(table);
    settings.style.warning = read_line_template(table, "content_warning");
    settings.timeout = read_timeout(table, settings.timeout);
    return settings;
}

}  // namespace fedmsgbot
