#include "bot/flow/tasks.h"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

using namespace fedmsgbot;
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

asio::awaitable<void> sleep(asio::io_context& loop, std::chrono::milliseconds duration) {
    asio::steady_timer timer(loop, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> fail() {
    throw std::runtime_error("broken");
    co_return;
}

asio::awaitable<void> join(Tasks& tasks, std::chrono::milliseconds most, bool& all_ended) {
    all_ended = co_await tasks.join(most);
}

void keep(asio::io_context& loop, asio::awaitable<void> task) { asio::co_spawn(loop, std::move(task), asio::detached); }

}  // namespace

TEST_CASE("a task that is cancelled ends without an error and join sees it") {
    asio::io_context loop;
    Tasks tasks(loop.get_executor());
    int ended = 0;
    bool all_ended = false;
    for (int i = 0; i < 3; ++i)
        tasks.spawn(sleep(loop, 1h), [&](std::exception_ptr error) { ended += error == nullptr; });
    asio::post(loop, [&] {
        tasks.cancel();
        keep(loop, join(tasks, 1min, all_ended));
    });
    loop.run();
    CHECK(ended == 3);
    CHECK(all_ended);
}

TEST_CASE("a task's error reaches its handler") {
    asio::io_context loop;
    Tasks tasks(loop.get_executor());
    std::exception_ptr seen;
    tasks.spawn(fail(), [&](std::exception_ptr error) { seen = error; });
    loop.run();
    REQUIRE(seen);
    CHECK_THROWS_WITH(std::rethrow_exception(seen), "broken");
}

TEST_CASE("join gives up at its deadline") {
    asio::io_context loop;
    Tasks tasks(loop.get_executor());
    bool all_ended = true;
    tasks.spawn(sleep(loop, 200ms), [](std::exception_ptr) {});
    keep(loop, join(tasks, 1ms, all_ended));
    loop.run();
    CHECK_FALSE(all_ended);
}
