#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fedmsgbot::testing {

// A real server with Mastodon's API: snac2, on loopback, with one user and a token for it. Its program is fetched by
// fetch_snac.sh into the build folder at first use. Throws, with the reason, when it cannot be had: a test without it
// must fail, not pass.
// What it lacks of Mastodon: /api/v2/instance, idempotency, limits, paging of an account's statuses.
class Snac {
public:
    Snac();
    ~Snac();

    std::string url() const;
    const std::string& token() const;

    // What the user does in a browser at the address of a login: logs in, allows it, and copies the code.
    std::string allow(const std::string& url) const;

    void go_down();  // killed; what it stored stays
    void come_up();  // the same server again

    // The user's posts as the server shows them, in HTML, newest first; at most 256.
    std::vector<std::string> posts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
