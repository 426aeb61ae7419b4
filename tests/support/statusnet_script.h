#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/blog_script.h"
#include "tests/support/oauth_desk_script.h"

namespace fedmsgbot::testing {

// An account on a server of StatusNet's or GNU social's kind, as strict and as odd as they are: texts that are commands
// are swallowed, repeats within `dupelimit` refused, entities decoded, long addresses shortened, and a text is counted
// after that, by code points.
struct StatusnetScript : BlogScript {
    struct Settings {
        std::string root = "/api";
        std::string basic = "YnVzOnBAc3M=";          // bus:p@ss
        OauthSecrets secrets{};                      // of whom OAuth is taken from; with none, Basic alone
        std::string text_limit = "0";                // as the configuration says it; 0: none
        std::optional<std::size_t> content_limit{};  // overrides it
        std::string config = "statusnet";            // whose configuration it has: or "gnusocial", or none
        std::chrono::seconds dupelimit{60};
        std::size_t longest_url = 100;          // longer ones are shortened
        std::set<std::string> more_commands{};  // of a plugin: words that swallow whatever follows
        bool speaks_german = false;             // whatever is asked for
    };

    explicit StatusnetScript(Settings settings);

    Step answer(const Request& request, const std::string& origin) override;
    void put(std::string text) override;

    const Settings settings;
    std::unique_ptr<OauthDeskScript> desk;                     // null: Basic alone
    std::vector<std::string> commands;                         // texts that were swallowed
    std::vector<std::chrono::system_clock::time_point> times;  // of the statuses
    std::size_t throttle_count = 1'000'000;                    // so many in ten minutes, and no more

private:
    using Json = nlohmann::json;

    std::string unwelcome(const Request& request, const std::string& origin);
    Json update(const Request& request, Step& step);
    Json timeline(const std::string& query) const;
    Json configuration() const;
    Json to_json(std::size_t index) const;
    Json fail(Step& step, int status, const std::string& english, const std::string& german) const;
    Json complain(Step& step, int status, std::string error);
    bool is_command(const std::string& text) const;
    bool is_repeat(const std::string& text) const;
    bool is_too_fast() const;
    std::string shortened(const std::string& text) const;
    std::size_t limit() const;
};

}  // namespace fedmsgbot::testing
