// A condensing route with the real binary: what a reader gets, and that no kill -9 loses or repeats what is in a
// sentence.
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/http_script.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/publisher.h"
#include "tests/system/bot_process.h"
#include "tests/system/killed_on_a_blog.h"

using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const std::string topic = "io.pagure.prod.pagure.issue.comment.added";

std::string comment(int number, int issue, const std::string& who) {
    return fmt::format(
        R"({{"topic":"{}","msg_id":"c-{}","timestamp":1400000000,"msg":{{"agent":"{}","project":{{"name":"harpd"}},"issue":{{"id":{},"title":"Strings","comments":[{{"id":{}}}]}}}}}})",
        topic, number, who, issue, number);
}

// `... interacted with issue #4 of project "harpd" 12 times` is about twelve messages, any other sentence about one.
int messages_in(const std::string& sentence) {
    const auto at = sentence.find("\" ");
    return sentence.find("interacted") == std::string::npos ? 1 : std::stoi(sentence.substr(at + 2));
}

}  // namespace

TEST_CASE("readers get the first of a burst at once and the rest in one line, and the timeline has every message") {
    const TempFolder folder;
    Ngircd server;
    IrcReader reader(server.port(), "#quiet");
    BusPublisher bus;
    const auto page = free_port();
    BotProcess bot(folder, fmt::format(R"(state_dir = "{}/state"
[source.bus]
kind = "zmq"
endpoints = ["{}"]
[bridge.net]
kind = "irc"
server = "127.0.0.1"
port = {}
tls = false
nick = "bot"
flood_exempt = true
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{}"
[[route]]
name = "quiet"
topics = ["pagure.#"]
condense = "3s"
to = ["net/#quiet"]
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)",
                                       folder.path().string(), bus.endpoint(), server.port(), page));
    REQUIRE(bus.sees_subscriptions());
    for (int number = 1; number <= 12; ++number) bus.send(topic, comment(number, 4, number % 2 ? "ilse" : "bo"));
    REQUIRE(reader.wait_for(2));
    const auto texts = reader.texts();
    CHECK(texts[0].find("ilse commented on ticket harpd#4") != std::string::npos);
    CHECK(texts[1].find("bo and ilse interacted with issue #4 of project \"harpd\" 11 times") != std::string::npos);
    const auto shown = run({"curl", "-sS", fmt::format("http://127.0.0.1:{}/", page)}).output;
    for (int number = 1; number <= 12; ++number)
        CHECK(shown.find(fmt::format("#comment-{}\"", number)) != std::string::npos);
    const auto summary = bot.stop();
    CHECK(count_in(summary, "condensed") == 11);
    CHECK(count_in(summary, "sentences") == 1);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "lost") == 0);
}

TEST_CASE("killed again and again, the bot says every message of a condensing route in exactly one sentence") {
    constexpr int lives = 12, messages_a_life = 60;
    const TempFolder folder;
    HttpScript blog(forgetful_blog());
    std::minstd_rand random(20261124);
    std::string recorded;
    const KilledOnABlog bot{lives, "pace = { burst = 100, every = \"0ms\" }\n", "condense = \"1s\"\n", 30, 400};
    bot.live(folder, blog, random, [&](int life) {
        for (int i = 0; i < messages_a_life; ++i) {
            const int number = life * messages_a_life + i;
            recorded += comment(number, static_cast<int>(random() % 20), fmt::format("u{}", number % 5)) + "\n";
        }
        return recorded;
    });
    int told = 0, sentences = 0;
    for (const auto& status : blog.statuses()) {
        told += messages_in(status.text);
        sentences += status.text.find("interacted") != std::string::npos;
    }
    CHECK(told == lives * messages_a_life);
    CHECK(sentences > 10);
}
