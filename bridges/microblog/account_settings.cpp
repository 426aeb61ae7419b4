#include "bridges/microblog/account_settings.h"

#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t default_characters = 1000;

bool is_server_address(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos || clean_link(url) != url) return false;
    return url.size() > scheme + 3 && url[scheme + 3] != '/' && url.find_first_of("?#@") == std::string::npos;
}

}  // namespace

std::string read_server_url(Table& table, const std::string& example) {
    std::string url = table.text("url");
    while (url.ends_with('/')) url.pop_back();
    if (!url.empty() && !is_server_address(url))
        table.fail("url", "`url` is the server's address, like \"" + example + "\"");
    return url;
}

std::chrono::milliseconds read_timeout(Table& table, std::chrono::milliseconds fallback) {
    const auto timeout = table.duration("timeout", fallback);
    if (timeout < 1s || timeout > 25s) table.fail("timeout", "`timeout` lies between \"1s\" and \"25s\"");
    return timeout;
}

PostStyle read_plain_style(Table& table) {
    auto style = read_post_style(table);
    if (style.most_characters == 0) style.most_characters = default_characters;
    if (table.has("content_warning")) table.fail("content_warning", "servers of this kind know no content warnings");
    return style;
}

OAuthKeys read_oauth_keys(Table& table) {
    const std::string secret = table.secret("credentials");
    if (secret.empty()) return {};
    const char* key = table.has("credentials_file") ? "credentials_file" : "credentials_env";
    auto keys = parse_oauth_keys(secret);
    if (!keys) {
        table.fail(key,
                   "these are no credentials: a JSON object with the texts `consumer_key`, `consumer_secret`, "
                   "`token` and `token_secret` is wanted");
        return {};
    }
    if (!is_whole(*keys))
        table.miss(table.where(key), "the credentials lack a token: `fedmsgbot login` asks the server for one");
    return std::move(*keys);
}

bool is_in_clear(const std::string& url) {
    constexpr std::string_view scheme = "http://";
    const std::string address = in_lower_case(url);
    if (!address.starts_with(scheme)) return false;
    std::string host = address.substr(scheme.size(), address.find('/', scheme.size()) - scheme.size());
    const bool is_bracketed = host.starts_with('[');
    host = is_bracketed ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
    boost::system::error_code is_name;
    const auto number = boost::asio::ip::make_address(host, is_name);
    return is_name ? host != "localhost" : !number.is_loopback();
}

}  // namespace fedmsgbot
