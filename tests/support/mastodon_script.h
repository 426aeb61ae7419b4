#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/blog_script.h"

namespace fedmsgbot::testing {

// An account on a server with Mastodon's API.
struct MastodonScript : BlogScript {
    explicit MastodonScript(const HttpScript::Settings& settings) : settings(settings) {}

    Step answer(const Request& request, const std::string& origin) override;
    void put(std::string text) override;
    // The index of the new status; with an idempotency key that was seen, that of then.
    std::size_t store(Status status);

    const HttpScript::Settings settings;
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
