#include "bridges/timeline/well_known.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/version.h"
#include "bridges/timeline/json_answer.h"

namespace fedmsgbot {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view node_info_schema = "http://nodeinfo.diaspora.software/ns/schema/2.0";

// `acct:git@bus.example.org`, or the address of the account's page.
std::string_view account_in(std::string_view resource, std::string_view host, std::string_view site) {
    constexpr std::string_view scheme = "acct:";
    if (resource.starts_with(scheme)) {
        resource.remove_prefix(scheme.size());
        if (resource.starts_with('@')) resource.remove_prefix(1);
        const auto at = resource.find('@');
        return at != std::string_view::npos && resource.substr(at + 1) == host ? resource.substr(0, at) : "";
    }
    if (!resource.starts_with(site)) return {};
    resource.remove_prefix(site.size());
    if (resource == "/" || resource.empty()) return ApiAccounts::bus_name;
    constexpr std::string_view page = "/?category=";
    return resource.starts_with(page) ? resource.substr(page.size()) : "";
}

}  // namespace

std::optional<PageAnswer> WellKnown::answer(std::string_view path, const PageTarget& target) {
    if (path == "/.well-known/nodeinfo")
        return json_answer(
            200, {{"links",
                   Json::array({Json{{"rel", node_info_schema}, {"href", settings_.public_url + "/nodeinfo/2.0"}}})}});
    if (path == "/nodeinfo/2.0") return node_info();
    if (path == "/.well-known/webfinger") return web_finger(target);
    return {};
}

// No protocols: one can read here, and nobody can be followed from elsewhere.
PageAnswer WellKnown::node_info() {
    const auto nothing = Json::array();
    auto answer = json_answer(
        200, {{"version", "2.0"},
              {"software", {{"name", "fedmsgbot"}, {"version", version}}},
              {"protocols", nothing},
              {"services", {{"inbound", nothing}, {"outbound", Json::array({"atom1.0", "rss2.0"})}}},
              {"openRegistrations", false},
              {"usage", {{"users", {{"total", accounts_.all().size()}}}, {"localPosts", accounts_.bus().messages}}},
              {"metadata", {{"nodeName", settings_.title}}}});
    answer.type = fmt::format("application/json; profile=\"{}#\"", node_info_schema);
    return answer;
}

PageAnswer WellKnown::web_finger(const PageTarget& target) {
    const auto resource = target.last("resource").value_or("");
    if (resource.empty()) return json_error(400, "The parameter resource is missing");
    const auto host = host_of_site(settings_);
    const auto account = accounts_.find(account_in(resource, host, settings_.public_url));
    if (!account) return json_error(404, "There is no such account");
    auto answer =
        json_answer(200, {{"subject", fmt::format("acct:{}@{}", account->name, host)},
                          {"aliases", Json::array({page_of(*account, settings_)})},
                          {"links", Json::array({Json{{"rel", "http://webfinger.net/rel/profile-page"},
                                                      {"type", "text/html"},
                                                      {"href", page_of(*account, settings_)}},
                                                 Json{{"rel", "http://schemas.google.com/g/2010#updates-from"},
                                                      {"type", "application/atom+xml"},
                                                      {"href", page_of(*account, settings_, "feed.atom")}}})}});
    answer.type = "application/jrd+json";
    return answer;
}

}  // namespace fedmsgbot
