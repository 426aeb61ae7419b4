#include "formatters/digest.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "formatters/bundle.h"
#include "formatters/rulebook.h"

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

const SystemTime noon{1700000000s};

Message message(const std::string& service, int number) {
    return Message::parse(fmt::format(R"({{"topic":"org.fedoraproject.prod.{}.thing","msg_id":"{}-{}","msg":{{}}}})",
                                      service, service, number))
        .value();
}

Line line(const std::string& service, const std::string& text = "a thing") {
    Line line;
    line.service = service;
    line.text = text;
    return line;
}

void add(Digest& digest, const std::string& service, int count, int failed = 0, SystemTime at = noon) {
    for (int n = 0; n < count; ++n)
        digest.add(message(service, n), line(service, n < failed ? "the build failed" : "a thing"), at);
}

// As the journal gives it back.
Message again(const Message& message) { return Message::parse(message.bytes()).value(); }

}  // namespace

TEST_CASE("a digest tells how many messages of which service there were, the most first, and how many failed") {
    Digest digest(Digest::Reason::overflow);
    add(digest, "git", 94);
    add(digest, "buildsys", 120, 3);
    CHECK(digest.messages() == 214);
    CHECK(digest.text() == "... and 214 more: 120 buildsys (3 failed), 94 git");
}

TEST_CASE("why the messages are not told one by one chooses the words") {
    const auto text = [](Digest::Reason reason, int count) {
        Digest digest(reason);
        add(digest, "git", count);
        return digest.text();
    };
    CHECK(text(Digest::Reason::overflow, 2) == "... and 2 more: 2 git");
    CHECK(text(Digest::Reason::expired, 1) == "too old to be told: 1 message: 1 git");
    CHECK(text(Digest::Reason::quiet, 2) == "in the quiet hours: 2 messages: 2 git");
}

TEST_CASE("a digest names six services at most, and counts a hundred") {
    Digest digest(Digest::Reason::overflow);
    for (int service = 0; service < 150; ++service) add(digest, fmt::format("s{:03}", service), 200 - service);
    std::uint64_t sum = 0;
    for (int service = 0; service < 150; ++service) sum += static_cast<std::uint64_t>(200 - service);
    CHECK(digest.messages() == sum);
    const auto text = digest.text();
    CHECK(text.find(fmt::format("... and {} more: ", sum)) == 0);
    CHECK(std::count(text.begin(), text.end(), ',') == 5);
    CHECK(text.find(" other") != std::string::npos);
    CHECK(again(digest.message("", "k")).body()["digest"]["services"].size() <= 101);
}

TEST_CASE("the link is the timeline's view of the time in which they came, and of the services where these are few") {
    Digest digest(Digest::Reason::overflow);
    add(digest, "git", 1, 0, noon + 700ms);
    add(digest, "bodhi", 1, 0, noon + 90s);
    CHECK(digest.link("https://x.example") ==
          "https://x.example/?start=1700000000&end=1700000092&category=bodhi&category=git");
    CHECK(digest.link("").empty());
    add(digest, "wiki", 1);
    add(digest, "koji", 1);
    CHECK(digest.link("https://x.example") == "https://x.example/?start=1700000000&end=1700000092");
    Digest odd(Digest::Reason::overflow);
    add(odd, "a&b", 1);
    CHECK(odd.link("https://x.example").find("category") == std::string::npos);
}

TEST_CASE("a digest is told in a later one, and no message is counted twice or forgotten") {
    Digest first(Digest::Reason::quiet), second(Digest::Reason::overflow), both(Digest::Reason::overflow);
    add(first, "git", 5, 2, noon);
    add(second, "git", 3, 1, noon + 1h);
    add(second, "bodhi", 4, 0, noon + 2h);
    const auto one = again(first.message("https://x.example", "1")), other = again(second.message("", "2"));
    both.add(one, line("fedmsgbot"), noon + 5h);
    both.add(other, line("fedmsgbot"), noon + 5h);
    both.add(message("wiki", 1), line("wiki"), noon + 3h);
    CHECK(both.messages() == 13);
    CHECK(both.text() == "... and 13 more: 8 git (3 failed), 4 bodhi, 1 wiki");
    CHECK(both.link("https://x.example").find("start=1700000000&end=1700010802&") != std::string::npos);
}

TEST_CASE("of a bundle all members count, and they failed together") {
    const auto rulebook = Rulebook::load({});
    REQUIRE(rulebook);
    const auto a = message("git", 1), b = message("git", 2), c = message("git", 3);
    const Condensed condensed{line("git", "3 pushes failed"), {0, 1, 2}};
    Digest digest(Digest::Reason::overflow);
    digest.add(bundle(condensed, {&a, &b, &c}, "h"), line("git", "3 pushes failed"), noon);
    CHECK(digest.text() == "... and 3 more: 3 git (3 failed)");
}

TEST_CASE("a digest is known again, with its reason, and nothing else is taken for one") {
    for (const auto reason : {Digest::Reason::overflow, Digest::Reason::expired, Digest::Reason::quiet}) {
        Digest digest(reason);
        add(digest, "git", 2);
        const auto made = digest.message("https://x.example", "k");
        CHECK(digest_reason(again(made)) == reason);
        CHECK(made.id() != digest.message("https://x.example", "l").id());
        const auto rulebook = Rulebook::load({});
        const auto rendered = rulebook->render(again(made));
        CHECK(rendered.text == digest.text());
        CHECK(rendered.link == digest.link("https://x.example"));
    }
    CHECK_FALSE(digest_reason(message("git", 1)));
}
