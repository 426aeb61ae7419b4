#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/http_script.h"

namespace fedmsgbot::testing {

// A datagrepper as it is on bad days, on a scripted web server: /raw and /v2/search over rows that the test puts there,
// paged, oldest first, in either shape with what the real one adds; faults in between. Every member may be called from
// the test's thread.
class ArchiveScript {
public:
    struct Row {
        std::string topic;
        std::string id;
        std::int64_t sent = 0;  // seconds
        std::string body = "{}";
    };

    ArchiveScript();

    std::string url() const { return server_.url() + "/datagrepper"; }
    void put(Row row);
    // Instead of the next good answer; several queue up.
    void fail_next(HttpScript::Step step);
    // Asked before anything else; what it gives is the answer.
    void answer_by(std::function<std::optional<HttpScript::Step>(const std::string& target)> handler);
    void set_repeating(bool is_repeating);  // each page begins with the last row of the one before
    void lack(std::string path);            // `/raw` or `/v2/search` is 404

    std::vector<std::string> targets() const;  // that were asked for

private:
    std::optional<HttpScript::Step> answer(const std::string& target);

    mutable std::mutex mutex_;
    std::vector<Row> rows_;
    std::deque<HttpScript::Step> faults_;
    std::function<std::optional<HttpScript::Step>(const std::string&)> handler_;
    std::vector<std::string> targets_, lacking_;
    bool is_repeating_ = false;
    HttpScript server_;  // last: its thread ends first
};

}  // namespace fedmsgbot::testing
