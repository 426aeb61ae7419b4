#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/blog_script.h"
#include "tests/support/oauth_desk_script.h"

namespace fedmsgbot::testing {

// An account on a pump.io server: every signature is verified, notes are HTML, who is not addressed gets nothing, two
// equal posts make two notes, and errors come as text, JSON or a page. What is public a program may read that nobody
// has let in; the inbox, and posting, are the account's own.
struct PumpioScript : BlogScript {
    explicit PumpioScript(OauthSecrets secrets = {});

    Step answer(const Request& request, const std::string& origin) override;
    void put(std::string text) override;

    OauthDeskScript desk;
    std::size_t registrations = 0;
    std::set<std::string> strangers;  // tokens of other accounts on the server

private:
    using Json = nlohmann::json;

    bool is_welcome(const Request& request, const std::string& origin, Step& step);
    Json enrol(const Request& request, Step& step);
    Json post(const Request& request, Step& step);
    Json feed(const std::string& query) const;
    Json to_json(std::size_t index) const;
    Json complain(Step& step, int status, std::string error);
    Json page(Step& step, int status) const;

    std::vector<std::chrono::system_clock::time_point> times_;
    std::vector<std::string> types_;  // of the statuses: note or comment
};

}  // namespace fedmsgbot::testing
