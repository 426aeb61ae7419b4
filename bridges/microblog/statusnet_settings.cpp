#include "bridges/microblog/statusnet_settings.h"

#include "bot/core/text.h"
#include "bridges/microblog/account_settings.h"

namespace fedmsgbot {

namespace {

void read_login(Table& table, StatusnetSettings& settings) {
    const bool has_keys = table.has("credentials_file") || table.has("credentials_env");
    const bool has_password = table.has("password_file") || table.has("password_env");
    settings.user = table.text("user", "");
    settings.password = table.secret("password");
    settings.password_file = table.text("password_file", "");
    settings.keys = read_oauth_keys(table);
    settings.credentials_file = table.text("credentials_file", "");
    if (has_keys && (has_password || table.has("user")))
        table.fail("user", "the login's credentials, and `user` with a password, exclude each other");
    if (!has_keys && !has_password)
        table.fail(table.where(),
                   "a login is needed: `credentials_file` or `credentials_env`, or `user` with "
                   "`password_file` or `password_env`");
    if (has_password && settings.user.empty()) table.fail("user", "whose password is it? `user` is missing");
    if (has_keys || settings.user.find(':') == std::string::npos) return;
    table.fail("user", "a user's name holds no colon");
}

}  // namespace

StatusnetSettings read_statusnet_settings(Table& table) {
    StatusnetSettings settings;
    settings.url = read_server_url(table, "https://social.example/api");
    read_login(table, settings);
    settings.source = table.text("source", "fedmsgbot");
    if (settings.source.empty() || settings.source.size() > 32 ||  // what the server's table of notices has room for
        !is_ascii_word(settings.source))
        table.fail("source", "`source` is a short word of ASCII, like \"fedmsgbot\"");
    settings.style = read_plain_style(table);
    settings.timeout = read_timeout(table, settings.timeout);
    return settings;
}

}  // namespace fedmsgbot
