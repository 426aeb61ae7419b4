#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/support/http_script.h"

namespace fedmsgbot::testing {

// The account behind an HttpScript, whatever kind of microblog it plays: what it answers to a request, and what it
// would object to. No I/O but to processes of its own, and no locks: the server around it has both.
struct BlogScript {
    using Step = HttpScript::Step;
    using Status = HttpScript::Status;
    using Request = HttpScript::Request;

    virtual ~BlogScript() = default;

    // With the body of the answer in it. `origin` is how the server calls itself, `http://127.0.0.1:4711`.
    virtual Step answer(const Request& request, const std::string& origin) = 0;
    // Puts a status of somebody's hand on the account.
    virtual void put(std::string text) = 0;

    // What its next posts, and its next lists of statuses, end with instead of well.
    std::deque<Step> post_steps;
    std::deque<Step> look_steps;

    std::vector<Status> statuses;         // oldest first
    std::vector<std::string> complaints;  // what a strict server would not have
    std::size_t posts = 0;                // POSTs of statuses that arrived
    std::size_t looks = 0;                // lists of the account's statuses that were asked for
};

// What scripts of every kind need.
BlogScript::Step take(std::deque<BlogScript::Step>& steps);
std::string header(const BlogScript::Request& request, const std::string& name);
std::string url_decode(const std::string& text);
std::map<std::string, std::string> parse_form(const std::string& text);
std::string escape_markup(const std::string& text);
std::string iso_time(std::chrono::system_clock::time_point time);

}  // namespace fedmsgbot::testing
