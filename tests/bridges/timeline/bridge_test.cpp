#include "bridges/timeline/timeline_bridge.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/http_call.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

TEST_CASE("what the timeline says is delivered can be read at once, each message once") {
    LiveTimeline timeline;
    for (int i = 0; i < 3; ++i)
        timeline.add(message(fmt::format("m-{}", i)), full_line(fmt::format("news {}", i)), at_second(1385298309));
    const auto outcomes = timeline.deliver();
    REQUIRE(outcomes.size() == 3);
    for (const auto& outcome : outcomes) CHECK(outcome.kind() == Outcome::Kind::delivered);
    timeline.add(message("m-2"), full_line("news 2"), at_second(1385298310));
    CHECK(timeline.deliver()[0].kind() == Outcome::Kind::delivered);
    const auto page = http_call(timeline.port(), "GET", "/");
    CHECK(page.status == 200);
    for (int i = 0; i < 3; ++i) {
        const auto text = fmt::format("news {}<", i);
        CHECK(page.body.find(text) != std::string::npos);
        CHECK(page.body.find(text) == page.body.rfind(text));
    }
    CHECK(std::filesystem::exists(timeline.folder() / "timeline.sqlite"));
}

TEST_CASE("a port in use is told with the address and the key") {
    LiveTimeline first;
    TempFolder folder;
    Pacer pacer(1, Pacer::Duration::zero());
    boost::asio::io_context loop;
    TimelineSettings settings;
    settings.port = first.port();
    settings.listen = fmt::format("127.0.0.1:{}", first.port());
    TimelineBridge second({loop.get_executor(), "page", folder.path(), {}, pacer}, settings);
    auto ended = boost::asio::co_spawn(loop, second.run(), boost::asio::use_future);
    loop.run();
    CHECK_THROWS_WITH(ended.get(), fmt::format("[bridge.page] cannot listen on 127.0.0.1:{} (key `listen`): Address "
                                               "already in use",
                                               first.port()));
}

TEST_CASE("the timeline forgets what it shall not keep") {
    TimelineSettings settings;
    settings.keep.entries = 100;
    LiveTimeline timeline(settings);
    for (int batch = 0; batch < 4; ++batch) {
        for (int i = 0; i < 200; ++i) timeline.add("text");
        timeline.deliver();
    }
    CHECK(http_call(timeline.port(), "GET", "/m/1").status == 410);
    CHECK(http_call(timeline.port(), "GET", "/m/800").status == 200);
}
