#include "tests/support/oauth_desk_script.h"

#include <stdexcept>

namespace fedmsgbot::testing {

bool OauthDeskScript::answer(const Request& request, const std::string& root, const std::string& origin, Step& step) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    const bool is_request = path == root + "/oauth/request_token";
    if (!is_request && path != root + "/oauth/access_token") return false;
    auto parameters = oauth_parameters(request);
    const std::string token = parameters["oauth_token"];
    if (const auto why = verifier_.complaint(request, origin + request.target, secrets); !why.empty()) {
        refuse(step, why);
        return true;
    }
    if (is_request && (!token.empty() || parameters["oauth_callback"] != "oob")) {
        refuse(step, "a request token is asked for without a token, and with a callback");
        return true;
    }
    if (!is_request && (verifiers_[token].empty() || parameters["oauth_verifier"] != verifiers_[token])) {
        refuse(step, "not authorised, or a wrong verifier");
        return true;
    }
    if (!is_request) {  // each is good once
        verifiers_.erase(token);
        secrets.tokens.erase(token);
    }
    const std::string number = std::to_string(++given_);
    const std::string given = (is_request ? "request-" : "access-") + number;
    secrets.tokens[given] = "secret+of/" + number + "=";
    if (is_request) verifiers_[given] = "";
    step.headers["Content-Type"] = "application/x-www-form-urlencoded";
    step.body = "oauth_token=" + given + "&oauth_token_secret=secret%2Bof%2F" + number + "%3D";
    if (is_request) *step.body += "&oauth_callback_confirmed=true";
    return true;
}

std::string OauthDeskScript::complaint(const Request& request, const std::string& origin) {
    const auto token = oauth_parameters(request)["oauth_token"];
    if (!secrets.tokens.contains(token) || verifiers_.contains(token)) return "no access token: " + token;
    return verifier_.complaint(request, origin + request.target, secrets);
}

std::string OauthDeskScript::programs_complaint(const Request& request, const std::string& origin) {
    const auto token = oauth_parameters(request)["oauth_token"];
    return token.empty() ? verifier_.complaint(request, origin + request.target, secrets) : complaint(request, origin);
}

std::string OauthDeskScript::authorize(const std::string& request_token) {
    const auto found = verifiers_.find(request_token);
    if (found == verifiers_.end()) throw std::runtime_error("nobody asked for the token " + request_token);
    return found->second = "pin-of-" + request_token;
}

void OauthDeskScript::refuse(Step& step, std::string why) {
    step.status = 401;
    step.headers["Content-Type"] = "text/plain";
    step.body = std::move(why);
}

}  // namespace fedmsgbot::testing
