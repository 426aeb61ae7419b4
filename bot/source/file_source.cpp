#include "bot/source/file_source.h"

#include <string>

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_of_a_batch = 256;
// A batch of large messages stays small in memory.
constexpr std::size_t most_bytes_of_a_batch = 8 * 1024 * 1024;

}  // namespace

FileSource::FileSource(LineReader reader, Interest interest)
    : reader_(std::move(reader)), interest_(std::move(interest)) {}

asio::awaitable<std::vector<Message>> FileSource::next() {
    const auto executor = co_await asio::this_coro::executor;
    std::vector<Message> batch;
    std::string line;
    for (bool is_at_end = false; batch.empty() && !is_at_end;) {
        co_await asio::post(executor, asio::use_awaitable);
        std::size_t bytes = 0;
        for (std::size_t n = 0; n < most_of_a_batch && bytes < most_bytes_of_a_batch && !is_at_end; ++n) {
            const auto step = reader_.next(line);
            bytes += line.size();
            is_at_end = step == LineReader::Step::end;
            if (step == LineReader::Step::too_long) refuse(fmt::format("a line over {} bytes", LineReader::most_bytes));
            if (step == LineReader::Step::line && !line.empty()) take(std::move(line), batch);
        }
    }
    co_return batch;
}

void FileSource::take(std::string line, std::vector<Message>& batch) {
    auto message = Message::parse(std::move(line));
    if (!message) return refuse(message.problems().front().text);
    ++counters_.received;
    if (interest_ && !interest_(message->topic())) {
        ++counters_.unwanted;
        return;
    }
    batch.push_back(std::move(message).value());
}

void FileSource::refuse(std::string_view why) {
    ++counters_.received;
    ++counters_.malformed;
    std::uint64_t held_back = 0;
    if (!malformed_log_.admits(held_back)) return;
    log::warn(
        "source.malformed",
        {{"at", fmt::format("{}:{}", reader_.name(), reader_.line_number())}, {"why", why}, {"held_back", held_back}});
}

}  // namespace fedmsgbot
