// A message that is several posts, killed in the middle.
#include <map>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/system/killed_on_a_blog.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

constexpr int lives = 15;
constexpr int messages_a_life = 12;

std::string text_of(int number) {
    std::string text = fmt::format("message <{:05}>", number);
    for (int word = 0; word < 25; ++word) text += fmt::format(" word{}", word);
    return text;
}

std::string link_of(int number) { return fmt::format("https://example.org/{}", number); }

std::string message(int number) {
    return fmt::format(
        R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"thread-{}","msg":{{"message":"{}","link":"{}"}}}})",
        number, text_of(number), link_of(number));
}

// What a reader of a thread reads: its posts without their numbers.
std::map<std::string, int> threads(const std::vector<HttpScript::Status>& statuses) {
    std::map<std::string, const HttpScript::Status*> answers;
    for (const auto& status : statuses) {
        if (status.reply_to.empty()) continue;
        CHECK(answers.count(status.reply_to) == 0);  // two answers: a post was repeated
        answers[status.reply_to] = &status;
    }
    std::map<std::string, int> read;
    for (const auto& status : statuses) {
        if (!status.reply_to.empty()) continue;
        std::string text;
        for (const auto* post = &status; post;) {
            text += (text.empty() ? "" : " ") + post->text.substr(0, post->text.rfind(" ("));
            const auto next = answers.find(post->id);
            post = next == answers.end() ? nullptr : next->second;
        }
        ++read[text];
    }
    return read;
}

}  // namespace

TEST_CASE("killed again and again in the middle of threads, the bot neither repeats nor loses a post of them") {
    const TempFolder folder;
    HttpScript blog(forgetful_blog());
    std::minstd_rand random(20261127);
    std::string recorded;
    const KilledOnABlog killed{lives,
                               "pace = { burst = 1000, every = \"0ms\" }\nlong = \"thread\"\nmax_characters = 100\n",
                               "", messages_a_life * 3, 600};
    killed.live(folder, blog, random, [&](int life) {
        for (int n = 0; n < messages_a_life; ++n) recorded += message(life * messages_a_life + n) + "\n";
        return recorded;
    });
    const auto read = threads(blog.statuses());
    CHECK(read.size() == std::size_t{lives * messages_a_life});
    for (int n = 0; n < lives * messages_a_life; ++n) {
        const auto found = read.find(text_of(n) + " " + link_of(n));
        INFO(n);
        REQUIRE(found != read.end());
        CHECK(found->second == 1);
    }
    CHECK(blog.complaints().empty());
}
