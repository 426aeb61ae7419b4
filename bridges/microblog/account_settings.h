#pragma once

#include <chrono>
#include <string>

#include "bridges/microblog/oauth1.h"
#include "bridges/microblog/post_style.h"
#include "config/reader.h"

namespace fedmsgbot {

// What the tables of all kinds of microblog have in common. Mistakes go to the table's problems.

// `url`: http or https, without a slash at its end, a query or a login in it. `example` is what the problem shows.
std::string read_server_url(Table& table, const std::string& example);

std::chrono::milliseconds read_timeout(Table& table, std::chrono::milliseconds fallback);

// How posts read on a server that knows no content warning, and may know no limit: then a thousand characters are one.
PostStyle read_plain_style(Table& table);

// `credentials_file` or `credentials_env`. Empty keys where neither is there, or with a problem; without a token, it is
// what the machine lacks.
OAuthKeys read_oauth_keys(Table& table);

// Whether secrets would travel readable for others: plain HTTP to another machine.
bool is_in_clear(const std::string& url);

}  // namespace fedmsgbot
