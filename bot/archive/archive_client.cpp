#include "bot/archive/archive_client.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "bot/archive/archive_row.h"
#include "bot/archive/json_slices.h"
#include "bot/core/json.h"
#include "bot/core/text.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr std::string_view raw_path = "/raw";
constexpr std::string_view search_path = "/v2/search";

std::int64_t whole_seconds(SystemTime time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

// Only the form in seconds: archives behind proxies send it.
std::chrono::seconds retry_after(const HttpResponse& response) {
    const auto& text = response.header("retry-after");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    return std::chrono::seconds(is_number ? std::clamp(seconds, 0, 3600) : 0);
}

}  // namespace

ArchiveClient::ArchiveClient(asio::any_io_executor executor, Settings settings)
    : http_(std::move(executor)), settings_(std::move(settings)), shape_(settings_.shape) {
    auto& url = settings_.url;
    while (url.ends_with('/')) url.pop_back();
    is_shape_known_ = url.ends_with(raw_path) || url.ends_with(search_path);
    if (!is_shape_known_) return;
    shape_ = url.ends_with(raw_path) ? ArchiveShape::fedmsg : ArchiveShape::fedora_messaging;
    url.resize(url.size() - (shape_ == ArchiveShape::fedmsg ? raw_path : search_path).size());
}

std::string ArchiveClient::address(const ArchiveQuery& query) const {
    return fmt::format("{}{}?start={}&end={}&order=asc&page={}&rows_per_page={}", settings_.url,
                       shape_ == ArchiveShape::fedmsg ? raw_path : search_path, whole_seconds(query.from),
                       whole_seconds(query.to) + 1, query.page, query.rows);
}

asio::awaitable<ArchiveAnswer> ArchiveClient::fetch(ArchiveQuery query) {
    ArchiveAnswer answer;
    for (bool is_second = false;; is_second = true) {
        HttpRequest request("GET", address(query));
        request.headers.emplace_back("Accept", "application/json");
        request.timeout = settings_.timeout;
        request.max_answer = settings_.most_bytes;
        const auto result = co_await http_.send(std::move(request));
        if (result.is_too_large) {
            answer.kind = ArchiveAnswer::Kind::too_large;
            answer.why = fmt::format("an answer of more than {} bytes", settings_.most_bytes);
            co_return answer;
        }
        if (result.kind != HttpResult::Kind::answered) {
            answer.why = result.why;
            co_return answer;
        }
        const auto& response = result.response;
        if (response.status == 404 && !is_shape_known_ && !is_second) {
            shape_ = shape_ == ArchiveShape::fedmsg ? ArchiveShape::fedora_messaging : ArchiveShape::fedmsg;
            continue;
        }
        if (response.status != 200) {
            answer.why = fmt::format("status {}: {}", response.status,
                                     clean_line(std::string_view(response.body).substr(0, 400), 200));
            answer.after = retry_after(response);
            co_return answer;
        }
        auto page = read_archive_page(response.body, query.page, query.rows);
        if (!page) {
            answer.why = page.problems().front().text;
            co_return answer;
        }
        is_shape_known_ = true;
        answer.kind = ArchiveAnswer::Kind::page;
        answer.page = std::move(page).value();
        co_return answer;
    }
}

Result<ArchivePage> read_archive_page(std::string_view body, std::uint64_t number, std::size_t rows) {
    const auto json = JsonDocument::parse(body);
    if (!json) return Problem{{}, fmt::format("the answer is no JSON: {}", clean_line(body.substr(0, 200), 100))};
    if (!json->root()["raw_messages"].is_array()) return Problem{{}, "the answer has no raw_messages"};
    ArchivePage page;
    each_slice(slice_of(body, "raw_messages"), [&](JsonSlice row) {
        // Who gives more than was asked for gives them again on the next page, or does not know what a page is.
        if (page.rows == rows) return false;
        ++page.rows;
        auto message = read_archive_row(row.value);
        if (message)
            page.messages.push_back(std::move(message).value());
        else
            ++page.unreadable;
        return true;
    });
    page.is_last = page.rows == 0 || (page.rows < rows && json->root()["pages"].natural() <= number);
    return page;
}

std::size_t fewer_rows(std::size_t rows) { return rows % 2 == 0 ? rows / 2 : rows % 5 == 0 ? rows / 5 : 1; }

}  // namespace fedmsgbot
