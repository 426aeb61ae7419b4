#include "tests/support/pumpio_script.h"

#include <algorithm>
#include <regex>

namespace fedmsgbot::testing {

namespace {

const std::string host = "https://pump.example";
const std::string everybody = "http://activityschema.org/collection/public";

// The server takes markup that it does not like out of a note: a client that does not escape loses text.
std::string sanitised(const std::string& html) {
    static const std::regex other_tags("<(?!/?a[ >])[^>]*>");
    return std::regex_replace(html, other_tags, "");
}

}  // namespace

PumpioScript::PumpioScript(OauthSecrets secrets) { desk.secrets = std::move(secrets); }

PumpioScript::Step PumpioScript::answer(const Request& request, const std::string& origin) {
    Step step;
    Json json;
    if (desk.answer(request, "", origin, step)) return step;
    const auto question = std::min(request.target.size(), request.target.find('?'));
    const std::string path = request.target.substr(0, question);
    if (path == "/api/client/register" && request.method == "POST") {
        json = enrol(request, step);
    } else if (!is_welcome(request, origin, step)) {
        return step;
    } else if (path == "/api/user/bus/feed" && request.method == "POST") {
        ++posts;
        step = take(post_steps);
        json = post(request, step);
    } else if (path == "/api/user/bus/feed") {
        ++looks;
        step = take(look_steps);
        json = feed(request.target.substr(std::min(request.target.size(), question + 1)));
    } else if (path == "/api/user/bus/inbox") {
        json = Json{{"displayName", "Inbox"}, {"totalItems", 0}, {"items", Json::array()}};
    } else if (path == "/api/user/bus") {
        json = Json{{"nickname", "bus"}, {"profile", {{"id", "acct:bus@pump.example"}, {"objectType", "person"}}}};
    } else {
        step.status = 404;
        json = Json{{"error", "No such user"}};
    }
    if (!step.body) step.body = json.dump();
    return step;
}

bool PumpioScript::is_welcome(const Request& request, const std::string& origin, Step& step) {
    static const std::regex agent("fedmsgbot/[0-9][0-9.a-z-]*");
    if (!std::regex_match(header(request, "user-agent"), agent)) {
        complaints.push_back("User-Agent: " + header(request, "user-agent"));
        step.status = 403;
        return false;
    }
    if (header(request, "authorization").empty()) {
        step.body = complain(step, 401, "Not logged in.").dump();
        return false;
    }
    const bool is_for_all = request.method == "GET" && request.target.find("/inbox") == std::string::npos;
    const auto why = is_for_all ? desk.programs_complaint(request, origin) : desk.complaint(request, origin);
    const bool is_stranger = !is_for_all && strangers.contains(oauth_parameters(request)["oauth_token"]);
    if (why.empty() && !is_stranger) return true;
    if (why.empty()) {
        step.body = complain(step, 401, "Not authorized").dump();
        return false;
    }
    complaints.push_back(why);
    step.status = 400;  // not 401
    step.headers["Content-Type"] = "text/plain";
    step.body = "Invalid signature";
    return false;
}

PumpioScript::Json PumpioScript::complain(Step& step, int status, std::string error) {
    step.status = status;
    complaints.push_back(error);
    return Json{{"error", std::move(error)}};
}

PumpioScript::Json PumpioScript::page(Step& step, int status) const {
    step.status = status;
    step.headers["Content-Type"] = "text/html; charset=utf-8";
    step.body = "<!DOCTYPE html><html><body><h1>Error</h1></body></html>";
    return {};
}

PumpioScript::Json PumpioScript::enrol(const Request& request, Step& step) {
    const auto json = Json::parse(request.body, nullptr, false);
    if (!json.is_object()) return page(step, 400);
    for (const auto& [name, value] : json.items())
        if (name != "type" && name != "application_name" && name != "application_type")
            return complain(step, 400, "unknown field " + name);
    if (json.value("type", "") != "client_associate") return complain(step, 400, "Invalid registration type");
    if (json.value("application_type", "") != "native") return complain(step, 400, "Unknown application_type.");
    const std::string id = "client-" + std::to_string(++registrations);
    desk.secrets.clients[id] = "s3cret/&of " + id;
    return Json{{"client_id", id}, {"client_secret", desk.secrets.clients[id]}, {"expires_at", 0}};
}

PumpioScript::Json PumpioScript::post(const Request& request, Step& step) {
    if (header(request, "content-type") != "application/json") return page(step, 400);
    const auto activity = Json::parse(request.body, nullptr, false);
    if (!activity.is_object()) return page(step, 400);
    if (activity.value("verb", "") != "post") return complain(step, 400, "unexpected verb");
    const auto object = activity.value("object", Json::object());
    const std::string type = object.value("objectType", "");
    if (type != "note" && type != "comment") return complain(step, 400, "unexpected objectType " + type);
    if (step.status >= 400 && !step.is_stored) return Json{{"error", "scripted refusal"}};
    if (!step.is_stored) return Json::object();
    put(sanitised(object.value("content", "")));
    types_.back() = type;
    const auto to = activity.value("to", Json::array());
    const Json open{{"objectType", "collection"}, {"id", everybody}};
    statuses.back().visibility = std::count(to.begin(), to.end(), open) == 1 ? "public" : "followers";
    if (type == "comment") statuses.back().key = object.value("inReplyTo", Json::object()).value("id", "");
    return to_json(statuses.size() - 1);
}

void PumpioScript::put(std::string text) {
    statuses.push_back(Status{std::to_string(statuses.size()), std::move(text), "followers", {}, {}});
    times_.push_back(std::chrono::system_clock::now());
    types_.emplace_back("note");
}

PumpioScript::Json PumpioScript::to_json(std::size_t index) const {
    const Status& status = statuses.at(index);
    const std::string id = host + "/api/" + types_.at(index) + "/" + status.id;
    return Json{{"id", host + "/api/activity/" + status.id},
                {"verb", "post"},
                {"published", iso_time(times_.at(index))},
                {"actor", {{"id", "acct:bus@pump.example"}, {"objectType", "person"}}},
                {"object",
                 {{"id", id},
                  {"objectType", types_.at(index)},
                  {"content", status.text},
                  {"url", host + "/bus/" + types_.at(index) + "/" + status.id}}}};
}

// Newest first; at the end is what every account begins with.
PumpioScript::Json PumpioScript::feed(const std::string& query) const {
    auto form = parse_form(query);
    const std::size_t count = std::min<std::size_t>(form["count"].empty() ? 20 : std::stoul(form["count"]), 200);
    Json items = Json::array();
    bool is_begun = form["before"].empty();
    const auto add = [&](Json activity) {
        if (is_begun && items.size() < count) items.push_back(activity);
        if (activity["id"] == form["before"]) is_begun = true;
    };
    for (std::size_t i = statuses.size(); i > 0 && items.size() < count; --i) add(to_json(i - 1));
    add(Json{{"id", host + "/api/activity/join"}, {"verb", "join"}, {"object", {{"objectType", "service"}}}});
    add(Json{{"id", host + "/api/activity/create"}, {"verb", "create"}, {"object", {{"objectType", "person"}}}});
    return Json{{"displayName", "Activities by bus"}, {"totalItems", statuses.size() + 2}, {"items", items}};
}

}  // namespace fedmsgbot::testing
