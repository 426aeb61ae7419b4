#include "bot/publish/message_maker.h"

#include <cstdlib>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/core/message.h"
#include "bot/trust/verifier.h"
#include "tests/support/process.h"
#include "tests/support/signers.h"

using namespace fedmsgbot;
using fedmsgbot::testing::read_file;
using fedmsgbot::testing::shared_folder;
using fedmsgbot::testing::Signers;
using nlohmann::json;

namespace {

// What one of the vectors was made from.
const Stamp stamp{1, "2012-0b1f2a4e-5c1c-4c93-9e2a-0f3f1b7d0a11", std::chrono::system_clock::from_time_t(1352920011)};

MessageMaker unsigned_maker() { return {{"org.example", "prod", "root"}, std::nullopt}; }

std::string payload_of(const std::string& msg) { return unsigned_maker().make("a", "b", msg, stamp)->msg; }

}  // namespace

TEST_CASE("a message has the bytes that Python's fedmsg.publish makes") {
    const auto message = unsigned_maker().make("logger", "log", log_message("hello world"), stamp);
    REQUIRE(message);
    CHECK(message->topic == "org.example.prod.logger.log");
    CHECK(message->id == stamp.id);
    CHECK(message->body == R"({"i":1,"msg":{"log":"hello world"},"msg_id":"2012-0b1f2a4e-5c1c-4c93-9e2a-0f3f1b7d0a11",)"
                           R"("timestamp":1352920011,"topic":"org.example.prod.logger.log","username":"root"})");
    const auto heard = Message::parse(message->body, message->topic);
    REQUIRE(heard);
    CHECK(heard->id() == stamp.id);
    CHECK(heard->body()["log"].text() == "hello world");
}

TEST_CASE("a signed message signs what the vectors signed, and everybody accepts it") {
    const Signers signers;
    MessageMaker maker({"org.example", "prod", "root"},
                       SigningKey::load(signers.certificate("koji-one"), signers.key("koji-one")).value());
    const auto message = maker.make("logger", "log", log_message("hello world"), stamp).value();
    auto members = canonical_members(message.body).value();
    const auto signed_bytes = canonical_object(members, {"signature", "certificate"});
    CHECK(signed_bytes ==
          R"({"crypto":"x509","i":1,"msg":{"log":"hello world"},"msg_id":"2012-0b1f2a4e-5c1c-4c93-9e2a-0f3f1b7d0a11",)"
          R"("timestamp":1352920011,"topic":"org.example.prod.logger.log","username":"root"})");
    if (const auto canon = shared_folder() / "vectors/canon/accept-basic.bin"; std::filesystem::exists(canon))
        CHECK(signed_bytes == read_file(canon));
    else
        WARN("the shared vectors are absent: the canonical form was compared with this test's own");
    CHECK(signers.independent_complaint(message.body).empty());
    Verifier verifier(Authority::load(signers.ca(), std::nullopt).value(), RoutingPolicy());
    CHECK(verifier.verify(message.body, message.topic).is_valid());
    auto forged = json::parse(message.body);
    forged["msg"]["log"] = "hello World";
    CHECK_FALSE(verifier.verify(forged.dump(), message.topic).is_valid());
    CHECK_FALSE(signers.independent_complaint(forged.dump()).empty());
}

TEST_CASE("what is false in Python is sent as an empty object, everything else as it is") {
    for (const auto* nothing : {"null", "false", "0", "-0", "0.0", "-0.0", "0e7", "\"\"", "[]", "{}", " [ ] "})
        CHECK(payload_of(nothing) == "{}");
    CHECK(payload_of("[0]") == "[0]");
    CHECK(payload_of("\"text\"") == "\"text\"");
    CHECK(payload_of("true") == "true");
    CHECK(payload_of(R"({"b": 1.50, "a": "ä/"})") == R"({"a":"\u00e4/","b":1.5})");
}

TEST_CASE("the topic gets prefix and environment unless it begins with the prefix already") {
    const Sender sender{"org.example", "stg", "root"};
    CHECK(whole_topic(sender, "koji", "build.done") == "org.example.stg.koji.build.done");
    CHECK(whole_topic(sender, "koji", "") == "org.example.stg.koji.unspecified");
    CHECK(whole_topic(sender, "org.example.prod.koji", "done") == "org.example.prod.koji.done");
    CHECK(whole_topic(sender, "org.example", "done") == "org.example.done");
}

TEST_CASE("what cannot be a message is a problem and is not counted") {
    auto maker = unsigned_maker();
    const auto why = [&](std::string_view modname, std::string_view topic, std::string_view msg) {
        const auto made = maker.make(modname, topic, msg);
        return made ? std::string() : describe(made.problems());
    };
    CHECK_THAT(why("a", "b", "{"), Catch::Contains("not JSON"));
    CHECK_THAT(why("a", "b", "{} {}"), Catch::Contains("not JSON"));
    CHECK_THAT(why("a", "b", "\"\xff\""), Catch::Contains("not UTF-8"));
    CHECK_THAT(why("a", std::string(1100, 'x'), "{}"), Catch::Contains("not a topic"));
    CHECK_THAT(why("a", "b\xff", "{}"), Catch::Contains("not a topic"));
    CHECK_THAT(why("a", "b c", "{}"), Catch::Contains("not a topic"));
    CHECK_THAT(why("", "b", "{}"), Catch::Contains("name of the module"));
    CHECK_THAT(why("a", "b", log_message(std::string(5 << 20, 'x'))), Catch::Contains("larger than"));
    CHECK(json::parse(maker.make("a", "b", "{}")->body)["i"] == 1);
    CHECK(json::parse(maker.make("a", "b", "{}")->body)["i"] == 2);
}

TEST_CASE("an id is the local year and a random UUID of version 4") {
    std::set<std::string> ids;
    for (int n = 0; n < 1000; ++n) {
        const auto id = new_message_id(std::chrono::system_clock::from_time_t(1352920011));
        REQUIRE(id.size() == 41);
        REQUIRE(id.substr(0, 5) == "2012-");
        REQUIRE(id[19] == '4');
        REQUIRE(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
        ids.insert(id);
    }
    CHECK(ids.size() == 1000);
}

TEST_CASE("the sender's name is the one that Python's getpass finds") {
    const auto python = testing::run({"python3", "-c", "import getpass; print(getpass.getuser())"});
    REQUIRE(python.status == 0);
    CHECK(login_name() + "\n" == python.output);
}
