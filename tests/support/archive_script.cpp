#include "tests/support/archive_script.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace fedmsgbot::testing {

namespace {

// The number after `name=`; `fallback` where it is not there.
std::int64_t parameter(const std::string& target, const std::string& name, std::int64_t fallback) {
    const auto at = target.find(name + "=");
    return at == std::string::npos ? fallback : std::stoll(target.substr(at + name.size() + 1));
}

std::string raw_row(const ArchiveScript::Row& row) {
    return fmt::format(
        R"({{"certificate": null, "crypto": null, "headers": null, "i": 1, "msg": {}, "msg_id": "{}", "signature": null, "source_name": "datanommer", "source_version": "1.4", "timestamp": {}.0, "topic": "{}", "username": "koji", "users": [], "packages": ["harp"], "agent_name": null}})",
        row.body, row.id, row.sent, row.topic);
}

std::string search_row(const ArchiveScript::Row& row) {
    return fmt::format(
        R"({{"body": {}, "headers": {{"sent-at": "{:%Y-%m-%dT%H:%M:%S}+00:00"}}, "id": "{}", "priority": 0, "queue": null, "topic": "{}"}})",
        row.body, fmt::gmtime(static_cast<std::time_t>(row.sent)), row.id, row.topic);
}

}  // namespace

ArchiveScript::ArchiveScript() {
    server_.answer_by([this](const HttpScript::Request& request) { return answer(request.target); });
}

void ArchiveScript::put(Row row) {
    const std::lock_guard lock(mutex_);
    rows_.push_back(std::move(row));
}
void ArchiveScript::fail_next(HttpScript::Step step) {
    const std::lock_guard lock(mutex_);
    faults_.push_back(std::move(step));
}
void ArchiveScript::answer_by(std::function<std::optional<HttpScript::Step>(const std::string&)> handler) {
    const std::lock_guard lock(mutex_);
    handler_ = std::move(handler);
}
void ArchiveScript::set_repeating(bool is_repeating) {
    const std::lock_guard lock(mutex_);
    is_repeating_ = is_repeating;
}
void ArchiveScript::lack(std::string path) {
    const std::lock_guard lock(mutex_);
    lacking_.push_back(std::move(path));
}
std::vector<std::string> ArchiveScript::targets() const {
    const std::lock_guard lock(mutex_);
    return targets_;
}

std::optional<HttpScript::Step> ArchiveScript::answer(const std::string& target) {
    const std::lock_guard lock(mutex_);
    targets_.push_back(target);
    HttpScript::Step step;
    if (handler_)
        if (auto made = handler_(target)) return made;
    const bool is_raw = target.starts_with("/datagrepper/raw?");
    const bool is_lacking = std::any_of(lacking_.begin(), lacking_.end(), [&](const auto& path) {
        return target.starts_with("/datagrepper" + path + "?");
    });
    if (is_lacking || (!is_raw && !target.starts_with("/datagrepper/v2/search?"))) {
        step.status = 404;
        return step;
    }
    if (!faults_.empty()) {
        step = std::move(faults_.front());
        faults_.pop_front();
        return step;
    }
    std::vector<Row> found;
    for (const auto& row : rows_)
        if (row.sent >= parameter(target, "start", 0) && row.sent <= parameter(target, "end", INT64_MAX))
            found.push_back(row);
    std::stable_sort(found.begin(), found.end(), [](const Row& a, const Row& b) { return a.sent < b.sent; });
    const auto rows = parameter(target, "rows_per_page", 25), page = parameter(target, "page", 1);
    const auto total = static_cast<std::int64_t>(found.size());
    std::string list;
    const auto first = std::min(total, (page - 1) * rows), end = std::min(total, page * rows);
    for (auto n = is_repeating_ && first > 0 && first < end ? first - 1 : first; n < end; ++n) {
        const auto& row = found[static_cast<std::size_t>(n)];
        list += (list.empty() ? "" : ", ") + (is_raw ? raw_row(row) : search_row(row));
    }
    step.body = fmt::format(
        R"({{"arguments": {{"rows_per_page": {}}}, "count": {}, "pages": {}, "raw_messages": [{}], "total": {}}})",
        rows, end - first, (total + rows - 1) / rows, list, total);
    return step;
}

}  // namespace fedmsgbot::testing
