#include "tests/support/statusnet_script.h"

#include <algorithm>
#include <ctime>
#include <regex>
#include <sstream>

#include "bot/core/text.h"

namespace fedmsgbot::testing {

namespace {

constexpr std::size_t first_id = 1000;

std::string twitter_time(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[40];
    std::strftime(text, sizeof text, "%a %b %d %H:%M:%S +0000 %Y", &parts);
    return text;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

// As far as the tests go there.
std::string entities_decoded(std::string text) {
    static const std::vector<std::pair<std::string, std::string>> entities{
        {"&lt;", "<"}, {"&gt;", ">"}, {"&hellip;", "…"}, {"&copy;", "©"}, {"&#39;", "'"}, {"&amp;", "&"}};
    for (const auto& [entity, meaning] : entities)  // the ampersand last: once is enough
        for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + meaning.size()))
            text.replace(at, entity.size(), meaning);
    return text;
}

std::string after_question(const std::string& target) {
    return target.substr(
        std::min(target.size(), target.find('?') == std::string::npos ? target.size() : target.find('?') + 1));
}

}  // namespace

StatusnetScript::StatusnetScript(Settings given) : settings(std::move(given)) {
    if (settings.secrets.clients.empty()) return;
    desk = std::make_unique<OauthDeskScript>();
    desk->secrets = settings.secrets;
}

StatusnetScript::Step StatusnetScript::answer(const Request& request, const std::string& origin) {
    Step step;
    Json json;
    if (desk && desk->answer(request, settings.root, origin, step)) return step;
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (const auto why = unwelcome(request, origin); !why.empty()) {
        step.headers["WWW-Authenticate"] = "Basic realm=\"social API\"";
        json = complain(step, 401, why);
    } else if (path == settings.root + "/statuses/update.json" && request.method == "POST") {
        ++posts;
        step = take(post_steps);
        json = update(request, step);
    } else if (path == settings.root + "/statuses/user_timeline.json") {
        ++looks;
        step = take(look_steps);
        json = timeline(after_question(request.target));
    } else if (path == settings.root + "/account/verify_credentials.json") {
        json = Json{{"id", 7}, {"screen_name", "bus"}, {"name", "The bus"}, {"statuses_count", statuses.size()}};
    } else if (path == settings.root + "/" + settings.config + "/config.json") {
        json = configuration();
    } else {
        step.status = 404;
        json = Json{{"error", "API method not found."}, {"request", request.target}};
    }
    if (!step.body) step.body = json.dump();
    return step;
}

std::string StatusnetScript::unwelcome(const Request& request, const std::string& origin) {
    static const std::regex agent("fedmsgbot/[0-9][0-9.a-z-]*");
    if (!std::regex_match(header(request, "user-agent"), agent)) return "User-Agent: " + header(request, "user-agent");
    const std::string authorization = header(request, "authorization");
    if (authorization.starts_with("OAuth ") && desk) return desk->complaint(request, origin);
    return authorization == "Basic " + settings.basic ? "" : "Could not authenticate you.";
}

StatusnetScript::Json StatusnetScript::complain(Step& step, int status, std::string error) {
    step.status = status;
    complaints.push_back(error);
    return Json{{"error", std::move(error)}, {"request", "/api"}};
}

StatusnetScript::Json StatusnetScript::fail(Step& step, int status, const std::string& english,
                                            const std::string& german) const {
    step.status = status;
    return Json{{"error", settings.speaks_german ? german : english}, {"request", "/api"}};
}

StatusnetScript::Json StatusnetScript::update(const Request& request, Step& step) {
    if (header(request, "content-type") != "application/x-www-form-urlencoded")
        return complain(step, 415, "Content-Type: " + header(request, "content-type"));
    auto form = parse_form(request.body);
    for (const auto& [name, value] : form)
        if (name != "status" && name != "source" && name != "in_reply_to_status_id")
            return complain(step, 400, "unknown field " + name);
    if (form["status"].empty()) return complain(step, 400, "Client must provide a 'status' parameter with a value.");
    if (step.status >= 400 && !step.is_stored) return Json{{"error", "scripted refusal"}};
    if (!step.is_stored) return Json::object();
    if (is_command(form["status"])) {
        commands.push_back(form["status"]);
        return statuses.empty() ? Json::object() : to_json(statuses.size() - 1);
    }
    const std::string counted = shortened(form["status"]);
    if (limit() > 0 && code_points(counted) > limit())
        return fail(step, 413, "Maximum notice size is " + std::to_string(limit()) + " characters.",
                    "Maximale Nachrichtengröße: " + std::to_string(limit()) + " Zeichen.");
    const std::string text = entities_decoded(counted);
    if (is_repeat(text))
        return fail(step, 400,
                    "Too many duplicate messages too quickly; take a breather and post again in a few minutes.",
                    "Zu viele doppelte Nachrichten; atme durch und versuche es später erneut.");
    if (is_too_fast())
        return fail(step, 400, "Too many notices too fast; take a breather and post again in a few minutes.",
                    "Zu schnell zu viele Nachrichten; atme kurz durch und schreibe in ein paar Minuten weiter.");
    put(text);
    statuses.back().key = form["source"];
    return to_json(statuses.size() - 1);
}

void StatusnetScript::put(std::string text) {
    statuses.push_back(Status{std::to_string(first_id + statuses.size()), std::move(text), "public", {}, {}});
    times.push_back(std::chrono::system_clock::now());
}

bool StatusnetScript::is_repeat(const std::string& text) const {
    const auto oldest = std::chrono::system_clock::now() - settings.dupelimit;
    for (std::size_t i = statuses.size(); i > 0 && times[i - 1] > oldest; --i)
        if (statuses[i - 1].text == text) return true;
    return false;
}

bool StatusnetScript::is_too_fast() const {
    const auto oldest = std::chrono::system_clock::now() - std::chrono::minutes(10);
    return times.size() >= throttle_count && times[times.size() - throttle_count] > oldest;
}

// The first word decides, and how many follow it.
bool StatusnetScript::is_command(const std::string& text) const {
    static const std::set<std::string> alone{"help",   "login",    "subscribers", "subscriptions", "groups", "stats",
                                             "tracks", "tracking", "stop",        "quit",          "on",     "off"};
    static const std::set<std::string> with_one{"on",     "off",   "lose",  "join",   "drop",  "follow",  "sub",
                                                "leave",  "unsub", "get",   "last",   "rt",    "rd",      "rp",
                                                "repeat", "whois", "nudge", "invite", "track", "untrack", "fav"};
    static const std::set<std::string> with_more{"r", "reply", "list", "tag", "unlist", "untag", "d", "dm"};
    const auto words = words_of(text);
    if (words.empty()) return false;
    std::string first = words[0];
    std::transform(first.begin(), first.end(), first.begin(),
                   [](unsigned char c) { return c < 128 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c); });
    if (settings.more_commands.contains(first)) return true;
    return (words.size() == 1 && alone.contains(first)) || (words.size() == 2 && with_one.contains(first)) ||
           (words.size() > 2 && with_more.contains(first));
}

std::string StatusnetScript::shortened(const std::string& text) const {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        if (!text.substr(i).starts_with("http")) {
            result += text[i++];
            continue;
        }
        const auto end = std::min(text.size(), text.find(' ', i));
        const std::string url = text.substr(i, end - i);
        const auto number = std::hash<std::string>{}(url) % 1'000'000;
        result += url.size() > settings.longest_url ? "https://social.example/url/" + std::to_string(number) : url;
        i = end;
    }
    return result;
}

std::size_t StatusnetScript::limit() const {
    return settings.content_limit ? *settings.content_limit : std::stoul(settings.text_limit);
}

StatusnetScript::Json StatusnetScript::configuration() const {
    Json json{{"site", {{"name", "social"}, {"textlimit", settings.text_limit}}},
              {"notice", {{"contentlimit", nullptr}}}};
    if (settings.content_limit) json["notice"]["contentlimit"] = *settings.content_limit;
    return json;
}

StatusnetScript::Json StatusnetScript::to_json(std::size_t index) const {
    const Status& status = statuses.at(index);
    return Json{{"id", std::stoul(status.id)},
                {"text", status.text},
                {"truncated", false},
                {"created_at", twitter_time(times.at(index))},
                {"in_reply_to_status_id", nullptr},
                {"uri", "tag:social.example,2026-11-24:noticeId=" + status.id},
                {"external_url", "https://social.example/notice/" + status.id},
                {"source", status.key},
                {"statusnet_html", escape_markup(status.text)},
                {"user", {{"id", 7}, {"screen_name", "bus"}}}};
}

StatusnetScript::Json StatusnetScript::timeline(const std::string& query) const {
    auto form = parse_form(query);
    const std::size_t count = std::min<std::size_t>(form["count"].empty() ? 20 : std::stoul(form["count"]), 200);
    std::size_t end = statuses.size();
    // Up to and with it.
    if (!form["max_id"].empty()) end = std::min<std::size_t>(end, std::stoul(form["max_id"]) - first_id + 1);
    Json list = Json::array();
    for (std::size_t i = end; i > 0 && list.size() < count; --i) list.push_back(to_json(i - 1));
    return list;
}

}  // namespace fedmsgbot::testing
