#pragma once

#include <map>
#include <string>

#include "tests/support/blog_script.h"
#include "tests/support/oauth_verifier.h"

namespace fedmsgbot::testing {

// The part of a server that gives out OAuth 1.0a tokens and looks at signatures, for whatever kind of microblog. What a
// person does in a browser, the test does by authorize().
class OauthDeskScript {
public:
    using Step = HttpScript::Step;
    using Request = HttpScript::Request;

    // What is known from the start; a client without tokens may log in.
    OauthSecrets secrets;

    // Answers `/oauth/request_token` and `/oauth/access_token` below `root`; false where it is neither.
    bool answer(const Request& request, const std::string& root, const std::string& origin, Step& step);

    // Empty: the request bears a good signature of an account's owner, not only of a program.
    std::string complaint(const Request& request, const std::string& origin);
    // Empty: that, or a good signature of a program alone.
    std::string programs_complaint(const Request& request, const std::string& origin);

    // The person says yes; what the page shows.
    std::string authorize(const std::string& request_token);

private:
    void refuse(Step& step, std::string why);

    OauthVerifier verifier_;
    std::map<std::string, std::string> verifiers_;  // of request tokens that were asked for; empty: not authorised yet
    int given_ = 0;
};

}  // namespace fedmsgbot::testing
