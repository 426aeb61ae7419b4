#include "tests/support/mastodon_script.h"

#include <algorithm>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot::testing {

using Json = nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::regex& address_pattern() {
    static const std::regex pattern("https?://[^ ]+");
    return pattern;
}

// As Mastodon writes it: addresses in three parts, of which browsers show one.
std::string to_html(const std::string& text) {
    std::string html = "<p>";
    auto from = text.cbegin();
    for (std::sregex_iterator match(text.begin(), text.end(), address_pattern()), end; match != end; ++match) {
        html += escape_markup(std::string(from, match->prefix().second));
        const std::string url = match->str();
        const auto host = url.find("://") + 3;
        html += "<a href=\"" + escape_markup(url) + "\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">" +
                "<span class=\"invisible\">" + url.substr(0, host) + "</span><span class=\"ellipsis\">" +
                escape_markup(url.substr(host, 30)) + "</span><span class=\"invisible\">" +
                escape_markup(url.substr(std::min(url.size(), host + 30))) + "</span></a>";
        from = match->suffix().first;
    }
    return html + escape_markup(std::string(from, text.cend())) + "</p>";
}

}  // namespace

MastodonScript::Step MastodonScript::answer(const Request& request, const std::string&) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    Step step;
    Json json;
    if (auto open = answer_anybody(request, path, step)) {
        json = std::move(*open);
    } else if (!is_welcome(request, step)) {
        json = Json{{"error", "The access token is invalid"}};
    } else if (path == "/api/v1/statuses" && request.method == "POST") {
        ++posts;
        step = take(post_steps);
        json = post(request, step);
        // Kept where the step says otherwise.
        step.headers.emplace("X-RateLimit-Limit", "300");
        step.headers.emplace("X-RateLimit-Remaining", "299");
        step.headers.emplace("X-RateLimit-Reset", iso_time(std::chrono::system_clock::now() + 3h));
    } else if (path == "/api/v1/accounts/verify_credentials") {
        json = Json{{"id", "7"}, {"username", "bus"}, {"acct", "bus"}, {"bot", settings.is_bot}};
    } else if (path == "/api/v1/apps/verify_credentials") {
        json = Json{{"name", "fedmsgbot"}};
        if (!settings.scopes.empty()) json["scopes"] = settings.scopes;
    } else if (path == "/api/v1/accounts/7/statuses") {
        ++looks;
        step = take(look_steps);
        json = list(request.target.substr(std::min(request.target.size(), path.size() + 1)));
    } else {
        step.status = 404;
        json = Json{{"error", "Record not found"}};
    }
    if (!step.body) step.body = json.dump();
    return step;
}

// What needs no token; nothing where it is something else. An instance tells its limits to those with one too.
std::optional<Json> MastodonScript::answer_anybody(const Request& request, const std::string& path, Step& step) {
    static const std::regex agent("fedmsgbot/[0-9][0-9.a-z-]*");
    if (!std::regex_match(header(request, "user-agent"), agent))
        return complain(step, 418, "User-Agent: " + header(request, "user-agent"));
    if (path == "/api/v1/instance" || (path == "/api/v2/instance" && settings.has_v2_instance)) {
        Json json;
        json["configuration"]["statuses"] = {{"max_characters", settings.characters},
                                             {"characters_reserved_per_url", settings.url}};
        return json;
    }
    const bool is_of_login = path == "/api/v1/apps" || path == "/oauth/token";
    if (!is_of_login && path != "/.well-known/nodeinfo" && path != "/nodeinfo/2.0") return std::nullopt;
    if (!header(request, "authorization").empty()) return complain(step, 400, "a token where none is asked for");
    if (path == "/.well-known/nodeinfo") {
        const auto href = "http://" + header(request, "host") + "/nodeinfo/2.0";
        const Json link{{"rel", "http://nodeinfo.diaspora.software/ns/schema/2.0"}, {"href", href}};
        return Json{{"links", Json::array({link})}};
    }
    if (path == "/nodeinfo/2.0") return Json{{"software", {{"name", settings.software}, {"version", "4.3.1"}}}};
    return log_in(path, parse_form(request.body), step);
}

Json MastodonScript::log_in(const std::string& path, std::map<std::string, std::string> form, Step& step) {
    static const std::string shown_code = "urn:ietf:wg:oauth:2.0:oob";
    if (path == "/api/v1/apps") {
        if (form["client_name"].empty() || form["redirect_uris"] != shown_code)
            return complain(step, 422, "Validation failed: Application name can't be blank");
        registered_scopes = form["scopes"];
        return Json{{"id", "1"}, {"client_id", "the-client"}, {"client_secret", "the-secret"}};
    }
    const bool is_ours = form["client_id"] == "the-client" && form["client_secret"] == "the-secret";
    if (!is_ours || form["redirect_uri"] != shown_code || form["grant_type"] != "authorization_code" ||
        registered_scopes.empty() || form["scope"] != registered_scopes)
        return complain(step, 401, "invalid_client");
    if (form["code"] != settings.code) {
        step.status = 400;
        return Json{{"error", "invalid_grant"}, {"error_description", "The provided authorization grant is invalid"}};
    }
    return Json{{"access_token", settings.token}, {"token_type", "Bearer"}, {"scope", form["scope"]}};
}

bool MastodonScript::is_welcome(const Request& request, Step& step) {
    if (header(request, "authorization") == "Bearer " + settings.token) return true;
    complain(step, 401, "wrong token on " + request.target);
    return false;
}

Json MastodonScript::complain(Step& step, int status, std::string error) {
    step.status = status;
    Json json{{"error", error}};
    complaints.push_back(std::move(error));
    return json;
}

Json MastodonScript::post(const Request& request, Step& step) {
    if (header(request, "content-type") != "application/x-www-form-urlencoded")
        return complain(step, 415, "Content-Type: " + header(request, "content-type"));
    auto form = parse_form(request.body);
    static const std::set<std::string> fields{"status",       "visibility",   "language",
                                              "content_type", "spoiler_text", "in_reply_to_id"};
    for (const auto& [name, value] : form)
        if (!fields.contains(name)) return complain(step, 400, "unknown field " + name);
    Status status{{},
                  form["status"],
                  form["visibility"],
                  form["language"],
                  header(request, "idempotency-key"),
                  form["spoiler_text"],
                  form["in_reply_to_id"]};
    const auto is_parent = [&](const Status& other) { return other.id == status.reply_to; };
    if (!status.reply_to.empty() && std::none_of(statuses.begin(), statuses.end(), is_parent)) {
        step.status = 404;
        return Json{{"error", "Record not found"}};
    }
    if (status.key.empty()) return complain(step, 400, "no Idempotency-Key");
    static const std::set<std::string> visibilities{"public", "unlisted", "private", "direct"};
    if (!visibilities.contains(status.visibility)) return complain(step, 422, "visibility " + status.visibility);
    if (status.text.empty()) return complain(step, 422, "Validation failed: Text can't be blank");
    const std::string counted = std::regex_replace(status.text, address_pattern(), std::string(settings.url, 'x'));
    if (graphemes(counted + status.warning) > settings.characters)
        return complain(
            step, 422,
            "Validation failed: Text character limit of " + std::to_string(settings.characters) + " exceeded");
    if (step.status == 429 || (step.status >= 400 && !step.is_stored))
        return Json{{"error", step.status == 429 ? "Too many requests" : "scripted refusal"}};
    if (!step.is_stored) return Json::object();
    return to_json(store(std::move(status)));
}

void MastodonScript::put(std::string text) { store(Status{{}, std::move(text), "public", {}, {}}); }

// With an idempotency key that was seen, the status of that time.
std::size_t MastodonScript::store(Status status) {
    const auto same = [&](const Status& other) { return settings.is_idempotent && other.key == status.key; };
    const auto found = std::find_if(statuses.begin(), statuses.end(), same);
    if (found != statuses.end() && !status.key.empty()) return static_cast<std::size_t>(found - statuses.begin());
    status.id = std::to_string(1000 + statuses.size());
    statuses.push_back(std::move(status));
    times_.push_back(std::chrono::system_clock::now());
    return statuses.size() - 1;
}

Json MastodonScript::to_json(std::size_t index) const {
    const Status& status = statuses.at(index);
    return Json{{"id", status.id},
                {"created_at", iso_time(times_.at(index))},
                {"visibility", status.visibility},
                {"language", status.language},
                {"spoiler_text", status.warning},
                {"in_reply_to_id", status.reply_to.empty() ? Json() : Json(status.reply_to)},
                {"content", to_html(status.text)},
                {"url", "https://social.example/@bus/" + status.id},
                {"account", {{"id", "7"}, {"username", "bus"}}}};
}

Json MastodonScript::list(const std::string& query) const {
    auto form = parse_form(query);
    std::size_t limit = form["limit"].empty() ? 20 : std::stoul(form["limit"]);
    limit = std::min<std::size_t>(limit, 40);
    std::size_t end = statuses.size();
    if (!form["max_id"].empty()) end = std::min(end, static_cast<std::size_t>(std::stoul(form["max_id"]) - 1000));
    Json list = Json::array();
    for (std::size_t i = end; i > 0 && list.size() < limit; --i) list.push_back(to_json(i - 1));
    return list;
}

}  // namespace fedmsgbot::testing
