#include "bridges/microblog/statusnet_api.h"

#include <algorithm>

#include "bot/core/base64.h"
#include "bot/core/text.h"
#include "bridges/microblog/command_words.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view posts_a_page = "100";
constexpr std::size_t usual_limit = 140;  // of a server that does not tell
constexpr auto repeats_are_refused_for = 60s;
// What servers allow an account where nobody has set it otherwise.
constexpr std::size_t throttle_count = 20;
constexpr auto throttle_span = 10min;
constexpr auto breather = 60s;
constexpr auto just_now = 2min;

SystemTime now() { return std::chrono::system_clock::now(); }

// In English, which every request asks for.
bool says(const Attempt& attempt, std::initializer_list<std::string_view> words) {
    const std::string why = in_lower_case(attempt.why);
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return why.find(word) != std::string::npos; });
}

// What a no means, beyond what HTTP says of it.
Attempt judge(const HttpResult& result, bool is_reply) {
    Attempt attempt = classify(result, now());
    const int status = result.response.status;
    if (status < 400) return attempt;
    if (says(attempt, {"duplicate"})) {  // 400; of the first versions 500
        attempt.kind = Attempt::Kind::duplicate;
        attempt.after = repeats_are_refused_for;
    } else if (says(attempt, {"too many notices too fast", "too fast;"})) {
        attempt.kind = Attempt::Kind::held_off;
        attempt.after = breather;
    } else if (status == 404 && !is_reply) {
        attempt.kind = Attempt::Kind::shut_out;  // no such user, no such method: nothing that is in a notice
    } else if (status == 403 && says(attempt, {"too long", "maximum notice size"})) {
        attempt.kind = Attempt::Kind::refused;
    }
    return attempt;
}

struct Parted {
    std::string words;
    std::vector<std::string_view> addresses;
};

Parted part(std::string_view text) {
    Parted parted;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find_first_of(" \n\t"));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (holds_address(word))
            parted.addresses.push_back(word);
        else
            parted.words.append(word).append(" ");
    }
    return parted;
}

// What follows an ampersand, as far as it is the name or number of an entity, with its semicolon.
bool is_entity(std::string_view rest) {
    const auto end = rest.substr(0, 40).find(';');
    if (end == std::string_view::npos) return false;
    auto name = rest.substr(0, end);
    if (name.starts_with('#')) name.remove_prefix(1);
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

}  // namespace

StatusnetApi::StatusnetApi(asio::any_io_executor executor, StatusnetSettings settings)
    : settings_(std::move(settings)),
      client_(std::move(executor), settings_.timeout),
      keyring_(settings_.keys, settings_.credentials_file),
      password_(settings_.password, settings_.password_file) {}

asio::awaitable<std::optional<TextLimits>> StatusnetApi::limits(Deadline until) {
    TextLimits limits{std::min(usual_limit, settings_.style.most_characters), 0, TextLimits::Unit::code_points};
    for (const char* path : {"/statusnet/config.json", "/gnusocial/config.json"}) {
        const HttpResult result = co_await get(path, until);
        if (!is_verdict(result)) co_return std::nullopt;
        const auto found = is_good(result)
                               ? parse_statusnet_limits(result.response.body, settings_.style.most_characters)
                               : std::nullopt;
        if (!found) continue;
        limits = *found;
        break;
    }
    limit_ = limits.characters;
    --limits.characters;  // room for the guard
    co_return limits;
}

asio::awaitable<Attempt> StatusnetApi::post(Submission submission, Deadline until) {
    // In a life that goes on with a post of the one before, nobody else has asked.
    if (limit_ == 0) {
        const auto told = co_await limits(until);
        Attempt attempt;
        attempt.kind = Attempt::Kind::not_sent;
        attempt.why = "the server does not tell its limits now";
        if (!told) co_return attempt;
    }
    const HttpResult result = co_await client_.send(update(submission), until);
    if (is_good(result)) co_return read_posted(result.response, submission);
    Attempt attempt = judge(result, !submission.reply_to.empty());
    if (attempt.kind == Attempt::Kind::shut_out) limit_ = 0;  // perhaps they were refused as well
    const bool is_unclear = attempt.kind == Attempt::Kind::refused && result.response.status == 400;
    if (is_unclear) attempt = co_await look_into(std::move(attempt), std::move(submission.text), until);
    co_return attempt;
}

HttpRequest StatusnetApi::update(const Submission& submission) {
    std::string status = encode_entities(submission.text);
    // It counts before it decodes. A text that would be too long then goes as it is.
    if (code_points(status) >= limit_) status = submission.text;
    if (begins_with_command(status) || submission.key == swallowed_) status = behind_a_guard(status);
    OAuthFields form{{"status", std::move(status)}, {"source", settings_.source}};
    if (!submission.reply_to.empty()) form.emplace_back("in_reply_to_status_id", submission.reply_to);
    HttpRequest request("POST", settings_.url + "/statuses/update.json");
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = encode_form(form);
    log_in(request, form);
    return request;
}

// A yes counts only with a notice that says what was sent: to a command the answer is the account's latest.
Attempt StatusnetApi::read_posted(const HttpResponse& response, const Submission& submission) {
    Attempt attempt;
    const auto notice = parse_notice(response.body);
    if (!notice) {
        // So is a command answered, too, on an account that has no notice yet.
        attempt.why = describe_answer(response) + ", but no notice in the answer";
        swallowed_ = submission.key;
        return attempt;
    }
    if (notice->id != newest_ && shows(submission.text, *notice)) {
        attempt.kind = Attempt::Kind::posted;
        attempt.id = newest_ = notice->id;
        attempt.url = notice->url;
        return attempt;
    }
    // Unknown the first time: should ours not be among the account's notices, it will be tried once more, with a guard.
    attempt.why = "the answer shows another notice: the text was taken for a command";
    if (submission.key == swallowed_) attempt.kind = Attempt::Kind::refused;
    swallowed_ = submission.key;
    return attempt;
}

// In a language that we do not read, a refusal may be that of a repeat, or of too many notices in a while: the
// account's own tell.
asio::awaitable<Attempt> StatusnetApi::look_into(Attempt refusal, std::string text, Deadline until) {
    const OwnPosts page = co_await own_posts({}, until);
    if (page.kind != Attempt::Kind::posted) refusal.kind = Attempt::Kind::unknown;
    const SystemTime time = page.server_time.value_or(now());
    std::size_t recent = 0;
    bool is_repeat = false;
    for (const OwnPost& post : page.posts) {
        if (!post.created_at) continue;
        if (*post.created_at + throttle_span > time) ++recent;
        if (*post.created_at + just_now > time && shows(text, post)) is_repeat = true;
    }
    if (is_repeat) {
        refusal.kind = Attempt::Kind::duplicate;
        refusal.after = repeats_are_refused_for;
    } else if (recent >= throttle_count) {
        refusal.kind = Attempt::Kind::held_off;
        refusal.after = breather;
    }
    co_return refusal;
}

asio::awaitable<OwnPosts> StatusnetApi::own_posts(std::string before, Deadline until) {
    std::string path = "/statuses/user_timeline.json?count=";
    path += posts_a_page;
    if (!before.empty()) path += "&max_id=" + percent_encode(before);
    const HttpResult result = co_await get(std::move(path), until);
    auto posts = is_good(result) ? parse_notices(result.response.body) : std::nullopt;
    if (!posts) co_return no_page(judge(result, false));
    // Unlike Mastodon's, max_id is part of what it asks for.
    std::erase_if(*posts, [&](const OwnPost& post) { return post.id == before; });
    co_return page_of(std::move(*posts), result.response);
}

asio::awaitable<Result<std::string>> StatusnetApi::account(Deadline until) {
    if (settings_.user.empty() && !is_whole(keyring_.keys())) co_return no_token_yet();
    const HttpResult result = co_await get("/account/verify_credentials.json", until);
    std::string name = is_good(result) ? parse_screen_name(result.response.body) : std::string();
    if (name.empty()) co_return Problem{{}, failure_text(result)};
    co_return name;
}

bool StatusnetApi::shows(std::string_view text, const OwnPost& post) const {
    return reads_alike(text, post.html) || reads_alike_but_for_addresses(text, html_to_text(post.html));
}

asio::awaitable<HttpResult> StatusnetApi::get(std::string path, Deadline until) {
    HttpRequest request("GET", settings_.url + path);
    log_in(request, {});
    co_return co_await client_.send(std::move(request), until);
}

void StatusnetApi::log_in(HttpRequest& request, const OAuthFields& form) {
    request.headers.emplace_back(
        "Authorization", settings_.user.empty()
                             ? oauth_authorization(request.method, request.url, form, keyring_.keys(), oauth_moment())
                             : "Basic " + to_base64(settings_.user + ":" + password_.value()));
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("Accept-Language", "en");
}

std::string encode_entities(std::string_view text) {
    std::string encoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        encoded += text[i];
        if (text[i] == '&' && is_entity(text.substr(i + 1))) encoded += "amp;";
    }
    return encoded;
}

bool reads_alike_but_for_addresses(std::string_view sent, std::string_view shown) {
    const Parted ours = part(sent);
    const Parted theirs = part(shown);
    if (ours.addresses.empty() || ours.addresses.size() != theirs.addresses.size()) return false;
    for (std::size_t i = 0; i < ours.addresses.size(); ++i)
        if (ours.addresses[i] != theirs.addresses[i] && ours.addresses[i].size() <= theirs.addresses[i].size())
            return false;
    return reads_alike(ours.words, escape_html(theirs.words));
}

}  // namespace fedmsgbot
