#include "bridges/timeline/http_reply.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bridges/timeline/gzip.h"
#include "bridges/timeline/json_answer.h"
#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t least_compressed = 600;

// Nothing but our own style sheet, icon and scripts may be loaded by a page, only the page that is live may ask for
// more, and no form may be sent but by a page that has one of ours, and to us, whatever a message holds. What is no
// page loads nothing at all.
constexpr std::string_view plain_policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string policy_of(const PageAnswer& answer) {
    if (!answer.type.starts_with("text/html")) return std::string(plain_policy);
    return fmt::format(
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; {}base-uri 'none'; form-action {}; "
        "frame-ancestors 'none'",
        answer.is_live ? "connect-src 'self'; " : "", answer.has_form ? "'self'" : "'none'");
}

std::string_view header(const BeastRequest& request, http::field field) {
    const auto value = request[field];
    return {value.data(), value.size()};
}

bool knows(std::string_view if_none_match, std::string_view quoted_tag) {
    return if_none_match == "*" || if_none_match.find(quoted_tag) != std::string_view::npos;
}

// A second in which something changed may see more changes: its time is not told before it is over, so nobody can know
// a part of it only.
bool is_over(const std::optional<SystemTime>& second) {
    using std::chrono::seconds;
    return second &&
           std::chrono::floor<seconds>(*second) < std::chrono::floor<seconds>(std::chrono::system_clock::now());
}

// A tag is exact, so a date beside it does not count: RFC 9110, 13.1.3. Of dates only the one that we told is known, as
// it was written; nobody need parse any other.
bool has_already(const BeastRequest& request, std::string_view tag, const std::optional<SystemTime>& modified) {
    if (request.find(http::field::if_none_match) != request.end())
        return knows(header(request, http::field::if_none_match), tag);
    return is_over(modified) && header(request, http::field::if_modified_since) == http_time(*modified);
}

// `gzip` or `*`, unless refused by a weight of zero.
bool accepts_gzip(std::string_view accepted) {
    while (!accepted.empty()) {
        const auto item = accepted.substr(0, accepted.find(','));
        accepted.remove_prefix(std::min(accepted.size(), item.size() + 1));
        const auto semicolon = item.find(';');
        const auto name = clean_line(item.substr(0, semicolon));
        if (name != "gzip" && name != "*") continue;
        const auto weight = semicolon == std::string_view::npos ? std::string_view() : item.substr(semicolon);
        const auto value = weight.find("q=");
        return value == std::string_view::npos ||
               weight.substr(value + 2).find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

void set_safety_headers(BeastReply& reply, std::string_view policy) {
    reply.set("Content-Security-Policy", boost::beast::string_view(policy.data(), policy.size()));
    reply.set("X-Content-Type-Options", "nosniff");
    reply.set("Referrer-Policy", "no-referrer");
    reply.set("Cross-Origin-Opener-Policy", "same-origin");
    reply.set(http::field::server, "fedmsgbot");
    reply.set(http::field::date, http_time(std::chrono::system_clock::now()));
}

void open_to_all(BeastReply& reply) {
    reply.set(http::field::access_control_allow_origin, "*");
    reply.set("Access-Control-Expose-Headers", "Link");
}

// What programs show their users.
std::string explanation(http::status status) {
    if (status == http::status::method_not_allowed)
        return "This is for reading only: GET and HEAD. There is nothing to log in to, and nothing here needs a token.";
    const auto reason = http::obsolete_reason(status);
    return std::string(reason.data(), reason.size());
}

void compress(const BeastRequest& request, BeastReply& reply) {
    reply.set(http::field::vary, "Accept-Encoding");
    if (reply.body().size() < least_compressed || !accepts_gzip(header(request, http::field::accept_encoding))) return;
    reply.body() = gzip(reply.body());
    reply.set(http::field::content_encoding, "gzip");
}

std::string all_of(const BeastRequest& request, boost::beast::string_view name) {
    std::string values;
    const auto [first, last] = request.equal_range(name);
    for (auto at = first; at != last; ++at) {
        if (!values.empty()) values += ',';
        values.append(at->value().data(), at->value().size());
    }
    return values;
}

}  // namespace

BeastReply make_reply(const BeastRequest& request, PageAnswer answer) {
    BeastReply reply(static_cast<http::status>(answer.status), request.version());
    set_safety_headers(reply, policy_of(answer));
    reply.keep_alive(request.keep_alive());
    if (answer.is_open) open_to_all(reply);
    if (!answer.links.empty()) reply.set(http::field::link, answer.links);
    if (answer.status == 401) reply.set(http::field::www_authenticate, "Bearer");
    if (answer.events) {
        // Its end is the connection's.
        reply.keep_alive(false);
        reply.set(http::field::content_type, answer.type);
        reply.set(http::field::cache_control, "no-store");
        reply.set("X-Accel-Buffering", "no");  // nginx would hold events back
        return reply;
    }
    if (answer.pieces) {
        // Nobody knows yet how long it is, nor what is in it.
        reply.set(http::field::content_type, answer.type);
        reply.set(http::field::cache_control, answer.cache_control);
        if (request.method() == http::verb::head) return reply;
        if (request.version() >= 11)
            reply.chunked(true);
        else
            reply.keep_alive(false);
        return reply;
    }
    if (answer.status == 200) {
        // Weak, so that one tag fits the plain and the compressed form.
        const auto tag = fmt::format("\"{}\"", digest(answer.body));
        reply.set(http::field::etag, "W/" + tag);
        reply.set(http::field::cache_control, answer.cache_control);
        if (is_over(answer.modified)) reply.set(http::field::last_modified, http_time(*answer.modified));
        if (has_already(request, tag, answer.modified)) {
            reply.result(http::status::not_modified);
            reply.set(http::field::vary, "Accept-Encoding");
            return reply;
        }
    }
    reply.set(http::field::content_type, answer.type);
    reply.body() = std::move(answer.body);
    compress(request, reply);
    const auto size = reply.body().size();
    if (request.method() == http::verb::head) reply.body().clear();
    reply.content_length(size);
    return reply;
}

BeastReply make_refusal(http::status status, std::string_view target) {
    BeastReply reply(status, 11);
    set_safety_headers(reply, plain_policy);
    reply.keep_alive(false);
    if (status == http::status::method_not_allowed) reply.set(http::field::allow, "GET, HEAD");
    if (status == http::status::service_unavailable || status == http::status::too_many_requests)
        reply.set(http::field::retry_after, "10");
    if (is_for_programs(target)) {
        auto error = json_error(static_cast<unsigned>(status), explanation(status));
        reply.set(http::field::content_type, error.type);
        open_to_all(reply);
        reply.body() = std::move(error.body);
    } else {
        reply.set(http::field::content_type, "text/plain; charset=utf-8");
        const auto reason = http::obsolete_reason(status);
        reply.body() =
            fmt::format("{} {}\n", static_cast<unsigned>(status), std::string_view(reason.data(), reason.size()));
    }
    reply.prepare_payload();
    return reply;
}

ForwardedHeaders forwarded_headers(const BeastRequest& request) {
    return {all_of(request, "Forwarded"), all_of(request, "X-Forwarded-For"), all_of(request, "X-Forwarded-Proto"),
            all_of(request, "X-Forwarded-Host"), all_of(request, "X-Forwarded-Prefix")};
}

BeastReply make_preflight() {
    BeastReply reply(http::status::no_content, 11);
    set_safety_headers(reply, plain_policy);
    open_to_all(reply);
    reply.keep_alive(false);
    reply.set("Access-Control-Allow-Methods", "GET, HEAD");
    // What clients send with every request.
    reply.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, Last-Event-ID");
    reply.set("Access-Control-Max-Age", "86400");
    return reply;
}

}  // namespace fedmsgbot
