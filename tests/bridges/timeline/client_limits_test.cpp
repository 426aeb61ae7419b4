#include "bridges/timeline/client_limits.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;
using boost::asio::ip::make_address;

namespace {

const auto reader = make_address("203.0.113.9");
const ClientLimits::Clock::time_point start{};

ClientLimits::Most some() {
    ClientLimits::Most most;
    most.requests = 3;
    most.requests_a_second = 2;
    most.streams = 2;
    most.clients = 8;
    return most;
}

}  // namespace

TEST_CASE("a reader has a bucket of requests that fills again, and others have theirs") {
    ClientLimits limits(some());
    for (int i = 0; i < 3; ++i) CHECK(limits.admits_request(reader, start));
    CHECK_FALSE(limits.admits_request(reader, start));
    CHECK(limits.admits_request(make_address("203.0.113.10"), start));
    CHECK_FALSE(limits.admits_request(reader, start + 400ms));
    CHECK(limits.admits_request(reader, start + 500ms));
    CHECK_FALSE(limits.admits_request(reader, start + 500ms));
    for (int i = 0; i < 3; ++i) CHECK(limits.admits_request(reader, start + 1h));
    CHECK_FALSE(limits.admits_request(reader, start + 1h));
}

TEST_CASE("a household of IPv6 is one reader") {
    ClientLimits limits(some());
    for (int i = 0; i < 3; ++i)
        CHECK(limits.admits_request(make_address(fmt::format("2001:db8:1:2::{}", i + 1)), start));
    CHECK_FALSE(limits.admits_request(make_address("2001:db8:1:2:3:4:5:6"), start));
    CHECK(limits.admits_request(make_address("2001:db8:1:3::1"), start));
}

TEST_CASE("streams are counted while they live") {
    ClientLimits limits(some());
    {
        const ClientStream first(limits, reader), second(limits, reader);
        CHECK_FALSE(limits.admits_stream(reader));
        CHECK(limits.admits_stream(make_address("203.0.113.10")));
    }
    CHECK(limits.admits_stream(reader));
}

TEST_CASE("strangers with many addresses take no more memory than the table has") {
    ClientLimits limits(some());
    for (int i = 0; i < 3; ++i) limits.admits_request(reader, start + 1ms);
    for (int i = 0; i < 1000; ++i) {
        limits.admits_request(make_address(fmt::format("198.51.{}.{}", i / 250, i % 250)), start + 1ms * i);
        REQUIRE(limits.clients() <= 8);
    }
}
