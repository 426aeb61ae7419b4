#include "bridges/microblog/pumpio_settings.h"

#include <algorithm>

#include "bridges/microblog/account_settings.h"

namespace fedmsgbot {

namespace {

// What a pump.io server allows for a nickname.
bool is_nickname(const std::string& text) {
    return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '_' || c == '-';
           });
}

}  // namespace

PumpioSettings read_pumpio_settings(Table& table) {
    PumpioSettings settings;
    settings.url = read_server_url(table, "https://pump.example");
    settings.user = table.text("user");
    if (!is_nickname(settings.user)) table.fail("user", "`user` is the account's nickname, like \"bus\"");
    if (!table.has("credentials_file") && !table.has("credentials_env"))
        table.fail(table.where(), "a login is needed: `credentials_file` or `credentials_env`");
    settings.keys = read_oauth_keys(table);
    settings.credentials_file = table.text("credentials_file", "");
    settings.is_public = table.choice("visibility", {"public", "followers"}) == "public";
    settings.style = read_plain_style(table);
    settings.timeout = read_timeout(table, settings.timeout);
    return settings;
}

}  // namespace fedmsgbot
