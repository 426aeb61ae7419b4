#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridges/microblog/microblog_api.h"

namespace fedmsgbot {

// What servers with Mastodon's API answer, read as far as it makes sense; nothing where it is something else, as a
// proxy's page. Texts are clean lines. All pure.

// The limits in an answer of /api/v2/instance or /api/v1/instance; nothing where it holds none. A server that gives a
// length but no weight for addresses (Pleroma) counts them in full.
std::optional<TextLimits> parse_limits(std::string_view json);

// The statuses of a list; nothing where this is none. What lacks an id is left out.
std::optional<std::vector<OwnPost>> parse_statuses(std::string_view json);

struct MastodonAccount {
    std::string id;
    std::string name;  // `bus`
    bool is_bot = false;
};
std::optional<MastodonAccount> parse_account(std::string_view json);

// What runs there, by nodeinfo.
struct ServerSoftware {
    std::string name;  // `mastodon`, in lower case
    std::string version;
};
std::optional<ServerSoftware> parse_nodeinfo(std::string_view json);
// Where nodeinfo is, by /.well-known/nodeinfo; the newest version, but only on the server `url` itself: its path.
std::string parse_nodeinfo_path(std::string_view json, std::string_view url);

// The scopes that a token has, by /api/v1/apps/verify_credentials; empty where the server does not tell.
std::vector<std::string> parse_scopes(std::string_view json);

// A string member of an object; empty where there is none.
std::string parse_text(std::string_view json, const char* key);

}  // namespace fedmsgbot
