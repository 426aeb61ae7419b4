#include "bot/publish/publisher.h"

#include <chrono>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/publisher.h"
#include "tests/support/signers.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using fedmsgbot::testing::BusSubscriber;
using fedmsgbot::testing::free_port;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

PublisherSettings bound() {
    PublisherSettings settings;
    settings.bind = "tcp://127.0.0.1:*";
    settings.wait = 20s;
    return settings;
}

}  // namespace

TEST_CASE("a publisher waits for a subscriber that comes late, and it misses nothing") {
    auto settings = bound();
    settings.bind = fmt::format("tcp://127.0.0.1:{}", free_port());
    std::optional<BusSubscriber> subscriber;
    std::thread late([&] {
        std::this_thread::sleep_for(300ms);
        subscriber.emplace(settings.bind);
    });
    auto publisher = Publisher::open(settings);
    REQUIRE(publisher);
    std::vector<std::string> ids;
    for (int n = 1; n <= 3; ++n) ids.push_back(publisher->publish("koji", "done", fmt::format("[{}]", n)).value());
    late.join();
    CHECK_FALSE(publisher->close());
    CHECK(publisher->published() == 3);
    for (int n = 1; n <= 3; ++n) {
        const auto frames = subscriber->receive();
        REQUIRE(frames);
        REQUIRE(frames->size() == 2);
        CHECK(frames->front() == "org.fedoraproject.dev.koji.done");
        const auto body = json::parse(frames->back());
        CHECK(body["msg"] == json{n});
        CHECK(body["i"] == n);
        CHECK(body["msg_id"] == ids[static_cast<std::size_t>(n - 1)]);
    }
}

TEST_CASE("where nobody subscribes to the topic there is no success") {
    auto settings = bound();
    settings.wait = 300ms;
    auto publisher = Publisher::open(settings);
    REQUIRE(publisher);
    const BusSubscriber other(publisher->endpoint(), {"org.debian.", "org.fedoraproject.prod."});
    const auto unheard = publisher->publish("koji", "done", "{}");
    REQUIRE_FALSE(unheard);
    CHECK_THAT(describe(unheard.problems()), Catch::Contains("nobody subscribed to org.fedoraproject.dev.koji.done"));
    CHECK(publisher->published() == 0);
}

TEST_CASE("a subscriber that went is noticed, and what comes then is not called sent") {
    auto settings = bound();
    settings.wait = 1s;
    auto publisher = Publisher::open(settings);
    REQUIRE(publisher);
    {
        const BusSubscriber subscriber(publisher->endpoint());
        REQUIRE(testing::eventually([&] { return publisher->publish("koji", "done", "{}").has_value(); }));
    }
    // Until its end has come through, messages still go to its connection.
    CHECK(testing::eventually([&] { return !publisher->publish("koji", "done", "{}"); }));
}

TEST_CASE("a relay that is not there, and an endpoint that cannot be had, are problems with their endpoint") {
    PublisherSettings settings;
    settings.relay = fmt::format("tcp://127.0.0.1:{}", free_port());
    settings.wait = 300ms;
    const auto unsent = publish(settings, "koji", "done", "{}");
    REQUIRE_FALSE(unsent);
    CHECK_THAT(describe(unsent.problems()),
               Catch::Contains(settings.relay) && Catch::Contains("nothing there takes a publisher's connection"));
    auto first = Publisher::open(bound());
    REQUIRE(first);
    auto second = bound();
    second.bind = first->endpoint();
    const auto refused = Publisher::open(second);
    REQUIRE_FALSE(refused);
    CHECK_THAT(describe(refused.problems()), Catch::Contains("in use"));
    CHECK_FALSE(Publisher::open(PublisherSettings{}));
    second.relay = "tcp://127.0.0.1:1";
    CHECK_FALSE(Publisher::open(second));
    auto half = bound();
    half.cert_file = "/nowhere.crt";
    CHECK_FALSE(Publisher::open(half));
}

TEST_CASE("the example program publishes a signed message that everybody accepts") {
    const testing::Signers signers;
    const auto example = std::filesystem::path(testing::binary()).parent_path() / "publish_example";
    const auto endpoint = fmt::format("tcp://127.0.0.1:{}", free_port());
    testing::Process process(
        {example.string(), endpoint, signers.certificate("koji-one").string(), signers.key("koji-one").string()});
    BusSubscriber subscriber(endpoint);
    std::vector<std::string> ids;
    for (int n = 1; n <= 2; ++n) {
        const auto frames = subscriber.receive(60s);
        REQUIRE(frames);
        CHECK(frames->front() == "org.fedoraproject.dev.example.build.done");
        const auto body = json::parse(frames->back());
        CHECK(body["i"] == n);
        CHECK(signers.independent_complaint(frames->back()).empty());
        ids.push_back(body["msg_id"]);
    }
    CHECK(process.wait() == 0);
    CHECK(process.output() == ids[0] + "\n" + ids[1] + "\n");
}
