#include "bot/archive/archive_client.h"

#include <catch2/catch.hpp>

#include "tests/http/asking.h"
#include "tests/support/archive_script.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using Kind = ArchiveAnswer::Kind;

namespace {

SystemTime at(std::int64_t seconds) { return SystemTime(std::chrono::seconds(seconds)); }

struct World {
    ArchiveAnswer fetch(ArchiveQuery query) { return run_until_done(context, client().fetch(std::move(query))); }
    ArchiveClient& client() {
        if (!made) made = std::make_unique<ArchiveClient>(context.get_executor(), settings);
        return *made;
    }

    ArchiveScript archive;
    boost::asio::io_context context;
    ArchiveClient::Settings settings = [this] {
        ArchiveClient::Settings given;
        given.url = archive.url();
        return given;
    }();
    std::unique_ptr<ArchiveClient> made;
};

void fill(ArchiveScript& archive, int count) {
    for (int n = 0; n < count; ++n)
        archive.put({"org.fedoraproject.prod.git.receive", fmt::format("2024-row{}", n), 1'700'000'000 + n,
                     fmt::format(R"({{"n": {}}})", n)});
}

}  // namespace

TEST_CASE("an archive's pages come in order, in either shape") {
    World world;
    fill(world.archive, 250);
    world.settings.shape = GENERATE(ArchiveShape::fedmsg, ArchiveShape::fedora_messaging);
    ArchiveQuery query(at(1'700'000'010), at(1'700'000'209));
    std::vector<std::int64_t> numbers;
    for (bool is_last = false; !is_last; ++query.page) {
        const auto answer = world.fetch(query);
        INFO(answer.why);
        REQUIRE(answer.kind == Kind::page);
        for (const auto& message : answer.page.messages) {
            numbers.push_back(message.body()["n"].integer());
            CHECK(message.topic() == "org.fedoraproject.prod.git.receive");
            CHECK(message.id() == fmt::format("2024-row{}", numbers.back()));
            CHECK(message.sent_at() == at(1'700'000'000 + numbers.back()));
        }
        is_last = answer.page.is_last;
        REQUIRE(query.page < 5);
    }
    CHECK(numbers.size() == 201);  // the end is rounded outwards
    CHECK(numbers.front() == 10);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST_CASE("the shape that an archive lacks is asked for once") {
    World world;
    fill(world.archive, 3);
    world.archive.lack("/v2/search");
    for (int n = 0; n < 2; ++n)
        CHECK(world.fetch(ArchiveQuery(at(1'700'000'000), at(1'700'000'005))).page.messages.size() == 3);
    const auto targets = world.archive.targets();
    REQUIRE(targets.size() == 3);
    CHECK(targets[0].starts_with("/datagrepper/v2/search?start=1700000000&end=1700000006&order=asc&page=1"));
    CHECK(targets[1].starts_with("/datagrepper/raw?"));
    CHECK(targets[2].starts_with("/datagrepper/raw?"));
}

TEST_CASE("an address that names the shape is asked as it is") {
    World world;
    fill(world.archive, 1);
    world.settings.url += "/raw/";
    CHECK(world.fetch(ArchiveQuery(at(1'700'000'000), at(1'700'000'005))).page.messages.size() == 1);
    CHECK(world.archive.targets() ==
          std::vector<std::string>{
              "/datagrepper/raw?start=1700000000&end=1700000006&order=asc&page=1&rows_per_page=100"});
}

TEST_CASE("what is no page of messages says why, and when to ask again") {
    World world;
    HttpScript::Step step;
    std::string why;
    std::chrono::seconds after{0};
    SECTION("broken") {
        step.status = 500;
        step.body = R"({"error": "the database is away"})";
        why = "status 500: {\"error\": \"the database is away\"}";
    }
    SECTION("too often") {
        step.status = 429;
        step.body = "slow down";
        step.headers["Retry-After"] = "7";
        why = "status 429: slow down";
        after = 7s;
    }
    SECTION("a page for people") {
        step.body = "<!doctype html><p>Maintenance</p>";
        why = "the answer is no JSON: <!doctype html><p>Maintenance</p>";
    }
    SECTION("another JSON") {
        step.body = R"({"raw_messages": 7})";
        why = "the answer has no raw_messages";
    }
    world.archive.fail_next(step);
    const auto answer = world.fetch(ArchiveQuery(at(0), at(1)));
    CHECK(answer.kind == Kind::failed);
    CHECK(answer.why == why);
    CHECK(answer.after == after);
}

TEST_CASE("an answer that breaks off, never comes or is too large is none") {
    World world;
    HttpScript::Step step;
    step.body = std::string(200'000, ' ');
    SECTION("in the middle") {
        step.ending = HttpScript::Step::Ending::truncate;
        world.archive.fail_next(step);
        CHECK(world.fetch(ArchiveQuery(at(0), at(1))).kind == Kind::failed);
    }
    SECTION("never") {
        step.ending = HttpScript::Step::Ending::hang;
        world.settings.timeout = 200ms;
        world.archive.fail_next(step);
        CHECK(world.fetch(ArchiveQuery(at(0), at(1))).kind == Kind::failed);
    }
    SECTION("too large") {
        world.settings.most_bytes = 100'000;
        world.archive.fail_next(step);
        CHECK(world.fetch(ArchiveQuery(at(0), at(1))).kind == Kind::too_large);
    }
}

TEST_CASE("an archive's numbers are not believed") {
    const auto page = [](std::string_view rows, std::string_view numbers) {
        auto read = read_archive_page(fmt::format(R"({{"raw_messages": [{}], {}}})", rows, numbers), 1, 2);
        REQUIRE(read);
        return std::move(read).value();
    };
    constexpr auto row = R"({"topic": "a.b", "msg": {}})";
    const auto two = fmt::format("{0}, {0}", row);
    CHECK_FALSE(page(two, R"("pages": 1, "total": 2, "count": 2)").is_last);  // full: there may be more
    CHECK_FALSE(page(row, R"("pages": 9)").is_last);                          // a server that gives fewer than asked
    CHECK(page(row, R"("pages": 1)").is_last);
    CHECK(page("", R"("pages": 1000000)").is_last);
    CHECK(page(two + ", " + row, R"("pages": 1)").rows == 2);
    const auto mixed = page(R"({"topic": "a.b"}, 7)", R"("pages": -3)");
    CHECK(mixed.messages.size() == 1);
    CHECK(mixed.unreadable == 1);
}
