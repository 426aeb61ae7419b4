#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/http_script.h"

namespace fedmsgbot::testing {

// The account behind an HttpScript: what Mastodon answers to a request, as far as the bot asks it anything, and what
// it would object to. No I/O and no locks: the server around it has both.
struct MastodonScript {
    using Step = HttpScript::Step;
    using Status = HttpScript::Status;
    using Request = HttpScript::Request;

    explicit MastodonScript(const HttpScript::Settings& settings) : settings(settings) {}

    // With the body of the answer in it.
    Step answer(const Request& request);
    // The index of the new status; with an idempotency key that was seen, that of then.
    std::size_t store(Status status);

    const HttpScript::Settings& settings;
    std::deque<Step> post_steps;
    std::deque<Step> look_steps;
    std::vector<Status> statuses;
    std::vector<std::string> complaints;
    std::size_t posts = 0;
    std::size_t looks = 0;
    std::string registered_scopes;  // of the last program

private:
    using Json = nlohmann::json;

    std::optional<Json> answer_anybody(const Request& request, const std::string& path, Step& step);
    Json log_in(const std::string& path, std::map<std::string, std::string> form, Step& step);
    bool is_welcome(const Request& request, Step& step);
    Json post(const Request& request, Step& step);
    Json list(const std::string& query) const;
    Json to_json(std::size_t index) const;
    Json complain(Step& step, int status, std::string error);

    std::vector<std::chrono::system_clock::time_point> times_;
};

}  // namespace fedmsgbot::testing
