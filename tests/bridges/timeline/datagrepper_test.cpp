#include "bridges/timeline/datagrepper.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/timeline/site.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

struct Archive {
    TempFolder folder;
    TimelineSettings settings;
    TimelineStore store{folder / "timeline.sqlite"};
    Site site{settings, store};

    void add(const std::string& bytes, const std::string& service = "git", std::int64_t second = 1385298000) {
        const auto message = message_of(bytes);
        const auto line = full_line("a sentence", service);
        store.insert({{*message, *line, at_second(second)}});
    }
    void add_many(int count) {
        for (int i = 1; i <= count; ++i)
            add(fmt::format(
                    R"({{"topic":"org.x.prod.git.receive","msg_id":"id-{}","i":{},"timestamp":{},"msg":{{"n":{}}}}})",
                    i, i, 1385298000 + i, i),
                i % 2 == 0 ? "git" : "bodhi", 1385298000 + i);
    }
    json ask(const std::string& target, unsigned status = 200) {
        const PageRequest request{target};
        const auto answer = site.answer(request);
        INFO(target << "\n" << answer.body);
        CHECK(answer.status == status);
        CHECK(answer.type == "application/json");
        CHECK(answer.is_open);
        return json::parse(answer.body);
    }
};

}  // namespace

TEST_CASE("raw is paged, ordered and filtered as datagrepper does it") {
    Archive archive;
    archive.add_many(60);
    const auto first = archive.ask("/raw?category=git");
    CHECK(first["total"] == 30);
    CHECK(first["pages"] == 2);
    CHECK(first["count"] == 25);
    CHECK(first["raw_messages"][0]["msg_id"] == "id-60");
    CHECK(first["arguments"]["categories"] == json({"git"}));
    CHECK(first["arguments"]["order"] == "desc");
    const auto second = archive.ask("/raw/?category=git&page=2");
    CHECK(second["count"] == 5);
    CHECK(second["raw_messages"][4]["msg_id"] == "id-2");
    const auto ascending = archive.ask("/raw?order=asc&rows_per_page=10&page=2&category=git");
    CHECK(ascending["raw_messages"][0]["msg_id"] == "id-22");
    CHECK(archive.ask("/raw?category=git&page=3")["raw_messages"].empty());
    CHECK(archive.ask("/raw?topic=no.such")["total"] == 0);
}

TEST_CASE("a client that fills a gap by pages in rising order gets every message once") {
    Archive archive;
    archive.add_many(250);
    std::vector<std::string> seen;
    const auto target = "/raw?order=asc&rows_per_page=100&start=1385298011&end=1385298240&page=";
    const auto pages = archive.ask(target + std::string("1"))["pages"].get<int>();
    CHECK(pages == 3);
    for (int page = 1; page <= pages; ++page) {
        const auto answer = archive.ask(target + std::to_string(page));
        for (const auto& message : answer["raw_messages"]) seen.push_back(message["msg_id"]);
    }
    REQUIRE(seen.size() == 230);
    for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == fmt::format("id-{}", i + 11));
    CHECK(archive.ask("/raw?rows_per_page=1&page=250")["raw_messages"][0]["msg_id"] == "id-1");
}

TEST_CASE("both buses' messages are given in both shapes, and read back as the same message") {
    Archive archive;
    archive.add(
        R"({"topic":"org.x.prod.git.receive","msg_id":"2013-a","i":7,"timestamp":1385298309.5,"username":"apache",)"
        R"("signature":"s","msg":{"a":[1,{"b":null}]}})");
    archive.add(R"({"topic":"org.x.prod.bodhi.update.comment","id":"9c-b","headers":{"fedora_messaging_severity":20,)"
                R"("sent-at":"2020-01-02T03:04:05+00:00"},"priority":2,"queue":"q","body":{"c":"d"}})");
    const auto old_shape = archive.ask("/raw?order=asc")["raw_messages"];
    CHECK(old_shape[0]["i"] == 7);
    CHECK(old_shape[0]["timestamp"] == 1385298309.5);
    CHECK(old_shape[0]["username"] == "apache");
    CHECK(old_shape[0]["signature"] == "s");
    CHECK(old_shape[0]["msg"] == json::parse(R"({"a":[1,{"b":null}]})"));
    CHECK(old_shape[1]["msg_id"] == "9c-b");
    CHECK(old_shape[1]["msg"]["c"] == "d");
    CHECK(old_shape[1]["timestamp"] == 1577934245.0);
    const auto new_shape = archive.ask("/v2/search?order=asc")["raw_messages"];
    CHECK(new_shape[0]["id"] == "2013-a");
    CHECK(new_shape[0]["body"]["a"][0] == 1);
    CHECK(new_shape[0]["headers"]["sent-at"] == "2013-11-24T13:05:09Z");
    CHECK(new_shape[1]["headers"]["fedora_messaging_severity"] == 20);
    CHECK(new_shape[1]["priority"] == 2);
    CHECK(new_shape[1]["queue"].is_null());
    for (const auto& rows : {old_shape, new_shape})
        for (std::size_t i = 0; i < 2; ++i) {
            const auto again = message_of(rows[i].dump());
            CHECK(again->id() == old_shape[i]["msg_id"]);
            CHECK(again->topic() == old_shape[i]["topic"]);
        }
}

TEST_CASE("a message is found by its id") {
    Archive archive;
    archive.add_many(3);
    CHECK(archive.ask("/id?id=id-2")["msg"]["n"] == 2);
    CHECK(archive.ask("/id/?id=id-2")["msg_id"] == "id-2");
    CHECK(archive.ask("/v2/id?id=id-3")["body"]["n"] == 3);
    CHECK(archive.ask("/id", 400)["error"].is_string());
    CHECK(archive.ask("/v2/id?id=%27%00", 404)["error"] == "not_found");
}

TEST_CASE("meta adds what the rules say") {
    Archive archive;
    archive.add_many(1);
    const auto meta =
        archive.ask("/raw?meta=subtitle&meta=link&meta=packages&meta=nonsense")["raw_messages"][0]["meta"];
    CHECK(meta["subtitle"] == "a sentence");
    CHECK(meta["link"] == "https://bodhi.example.org/updates/FEDORA-2013-1234");
    CHECK(meta["packages"] == json({"kernel", "python-fedmsg"}));
    CHECK(meta.size() == 3);
}

TEST_CASE("bad questions are answered with what is wrong") {
    Archive archive;
    archive.add_many(3);
    const auto [target, named] = GENERATE(table<std::string, std::string>({
        {"/raw?page=0", "page"},
        {"/raw?page=-1", "page"},
        {"/raw?page=99999999999999999999", "page"},
        {"/raw?rows_per_page=101", "rows_per_page"},
        {"/v2/search?rows_per_page=x", "rows_per_page"},
        {"/raw?order=up", "order"},
        {"/raw?start=x", "start"},
        {"/v2/search?topic=a..b", "topic"},
    }));
    CHECK(archive.ask(target, 400)["error"].get<std::string>().find(named) != std::string::npos);
}

TEST_CASE("what is JSON to a generous reader only, or too large together, does not break an answer") {
    Archive archive;
    archive.add(R"({"topic":"org.x.prod.x.y","msg_id":"nan","msg":{"a":  NaN}})");
    CHECK(archive.ask("/raw")["raw_messages"][0]["msg"].is_null());
    CHECK(archive.ask("/raw")["raw_messages"][0]["msg_id"] == "nan");
    for (int i = 0; i < 12; ++i)
        archive.add(fmt::format(R"({{"topic":"org.x.prod.x.y","msg_id":"large-{}","msg":"{}"}})", i,
                                std::string(1'500'000, 'x')));
    CHECK(archive.ask("/raw", 400)["error"].get<std::string>().find("rows_per_page") != std::string::npos);
    CHECK(archive.ask("/raw?rows_per_page=5")["count"] == 5);
}

TEST_CASE("scripts of other sites may ask") {
    LiveTimeline timeline;
    timeline.add("one");
    timeline.deliver();
    const auto answer = run({"curl", "-sS", "-i", "--max-time", "10", timeline.url("/raw")}).output;
    CHECK(answer.find("Access-Control-Allow-Origin: *\r\n") != std::string::npos);
    CHECK(run({"curl", "-sS", "-i", "--max-time", "10", timeline.url("/")}).output.find("Access-Control") ==
          std::string::npos);
}
