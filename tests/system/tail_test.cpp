// `fedmsgbot tail`, the real binary, on real publishers and a real broker.
#include <algorithm>
#include <csignal>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/amqp_client.h"
#include "tests/support/archive_script.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/publisher.h"
#include "tests/support/rabbitmq.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

Process tail(std::vector<std::string> words) {
    words.insert(words.begin(), {binary(), "tail"});
    return Process(std::move(words));
}

Finished tail_to_the_end(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), {binary(), "tail"});
    return run(std::move(words), {{}, input, {}});
}

std::string announcement(int number) {
    return json{{"topic", "org.fedoraproject.prod.announce.announcement"},
                {"msg", {{"message", fmt::format("number {}", number)}, {"link", nullptr}}}}
        .dump();
}

}  // namespace

TEST_CASE("tail follows an endpoint without any configuration, and Ctrl-C ends it in order") {
    const auto ending = GENERATE(SIGINT, SIGTERM);
    BusPublisher publisher;
    auto follower = tail({publisher.endpoint(), "--topic", "announce.#"});
    REQUIRE(publisher.sees_subscriptions());
    publisher.send("org.fedoraproject.prod.other.topic", R"({"topic":"org.fedoraproject.prod.other.topic","msg":{}})");
    publisher.send("org.fedoraproject.prod.announce.announcement", "garbage");
    publisher.send("org.fedoraproject.prod.announce.announcement", announcement(1));
    CHECK(follower.says("announce.announcement -- number 1\n"));
    publisher.send("org.fedoraproject.prod.announce.announcement", announcement(2));
    CHECK(follower.says("number 2\n"));
    follower.signal(ending);
    CHECK(follower.wait() == 0);
    CHECK(follower.output() == "announce.announcement -- number 1\nannounce.announcement -- number 2\n");
}

TEST_CASE("tail ends without a word when nobody reads it any more") {
    const TempFolder folder;
    std::string lines;
    for (int n = 0; n < 20'000; ++n) lines += announcement(n) + "\n";
    write_file(folder / "in", lines);
    const auto finished = run({"/bin/bash", "-c", "\"$0\" tail \"$1\" | head -n 2; echo ${PIPESTATUS[0]}", binary(),
                               (folder / "in").string()});
    CHECK(finished.output == "announce.announcement -- number 0\nannounce.announcement -- number 1\n0\n");
    CHECK(finished.errors == "");
}

TEST_CASE("tail reads files and standard input to their end, in every form") {
    const auto input = announcement(1) + "\n" + announcement(2) + "\n";
    CHECK(tail_to_the_end({"-", "--exclude", "number 1"}, input).output == "announce.announcement -- number 2\n");
    CHECK(tail_to_the_end({"-", "--raw"}, input).output == input);
    CHECK(tail_to_the_end({"-", "--query", "msg.message,msg.link"}, input).output ==
          "number 1, null\nnumber 2, null\n");
    const auto pretty = tail_to_the_end({"-", "--json", "--include", "number 2"}, input).output;
    CHECK(json::parse(pretty) == json::parse(announcement(2)));
    CHECK(pretty.find('\x1b') == std::string::npos);  // a pipe gets no colours
    CHECK(tail_to_the_end({"-", "--color", "always"}, input).output.starts_with("\x1b[36mannounce.announcement"));
}

TEST_CASE("tail follows the sources of a configuration, all or some, and touches nothing of its bot") {
    const TempFolder folder;
    for (const auto* name : {"one", "two"}) write_file(folder / name, announcement(name[0]) + "\n");
    const auto file = (folder / "bot.toml").string();
    write_file(file, fmt::format("state_dir = \"{0}/state\"\n"
                                 "[source.one]\nkind = \"file\"\npath = \"{0}/one\"\n"
                                 "[source.two]\nkind = \"file\"\npath = \"{0}/two\"\n"
                                 "[bridge.timeline]\nkind = \"timeline\"\n"
                                 "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"timeline\"]\n",
                                 folder.path().string()));
    CHECK(tail_to_the_end({"-c", file, "two"}).output == fmt::format("announce.announcement -- number {}\n", int('t')));
    const auto both = tail_to_the_end({"-c", file});
    CHECK(std::count(both.output.begin(), both.output.end(), '\n') == 2);
    const auto none = tail_to_the_end({"-c", file, "three"});
    CHECK(none.status == 2);
    CHECK(none.errors.find("there is no source \"three\"") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "state"));
}

TEST_CASE("tail says what it cannot use, all at once") {
    const auto finished = tail_to_the_end({"tcp://localhost", "--include", "(", "--topic", "a..b"});
    CHECK(finished.status == 2);
    for (const auto* part : {"an endpoint is tcp://host:port", "bad regular expression", "bad topic pattern"})
        CHECK(finished.errors.find(part) != std::string::npos);
    CHECK(tail_to_the_end({}).status == 2);
    CHECK(tail_to_the_end({"-", "--trust"}).status == 2);
    CHECK(tail_to_the_end({"/no/such/file"}).status == 1);
}

TEST_CASE("tail shows who signed a message, or what is wrong with it") {
    const auto vectors = shared_folder() / "vectors";
    const TempFolder folder;
    std::string ca = make_certificates(folder.path(), "signer.example").authority.string(),
                input = announcement(1) + "\n";
    std::string expected = "number 1 [unsigned: neither signature nor certificate]\n";
    const bool has_vectors = std::filesystem::exists(vectors / "msg/accept-basic.json");
    if (has_vectors) {
        ca = (vectors / "ca.crt").string();
        const auto good = read_file(vectors / "msg/accept-basic.json");
        auto forged = good;
        forged.replace(forged.find("hello world"), 5, "HELLO");
        input += good + "\n" + forged + "\n";
    } else {
        WARN("the shared vectors are absent: only an unsigned message was tried");
    }
    const auto shown = tail_to_the_end({"-", "--trust", "--ca", ca}, input).output;
    INFO(shown);
    CHECK(shown.find(expected) != std::string::npos);
    if (!has_vectors) return;
    CHECK(shown.find("hello world (root) [signed by ") != std::string::npos);
    CHECK(shown.find("HELLO world (root) [the signature does not match the message (") != std::string::npos);
}

TEST_CASE("tail of a bot's queue gets copies, and the queue keeps what is the bot's") {
    auto& broker = Rabbitmq::shared();
    AmqpClient client(broker.port());
    client.make_queue("the-bots-own");
    const TempFolder folder;
    const auto file = (folder / "bot.toml").string();
    write_file(file, fmt::format("state_dir = \"{}/state\"\n[source.bus]\nkind = \"amqp\"\nurl = \"{}\"\n"
                                 "queue = \"the-bots-own\"\n[bridge.timeline]\nkind = \"timeline\"\n"
                                 "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"timeline\"]\n",
                                 folder.path().string(), broker.url()));
    auto configured = tail({"-c", file});
    auto direct = tail({broker.url()});
    // Each has its queue some time after its start: so messages are sent until both have seen one.
    int sent = 0;
    const auto both_see = [&] {
        client.publish("org.fedoraproject.prod.announce.announcement", fmt::format("id-{}", ++sent),
                       R"({"message":"by AMQP","link":"https://example.org/"})");
        return configured.output().find("by AMQP") != std::string::npos &&
               direct.output().find("by AMQP") != std::string::npos;
    };
    CHECK(eventually(both_see));
    CHECK(client.waiting("the-bots-own") == static_cast<std::uint32_t>(sent));
    for (auto* one : {&configured, &direct}) {
        one->signal(SIGINT);
        CHECK(one->wait() == 0);
    }
    client.delete_queue("the-bots-own");
}

TEST_CASE("tail shows first what an archive has, then what comes, and nothing twice") {
    ArchiveScript archive;
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto put = [&](int number, std::int64_t ago) {
        archive.put({"org.fedoraproject.prod.announce.announcement", fmt::format("id-{}", number), now - ago,
                     json{{"message", fmt::format("number {}", number)}, {"link", nullptr}}.dump()});
    };
    put(1, 3 * 3600);
    for (int number = 2; number <= 150; ++number) put(number, 200 - number);
    archive.fail_next({false, 500, {}, "no", HttpScript::Step::Ending::answer, {}});
    const auto past = tail_to_the_end({"--archive", archive.url(), "--since", "2h"});
    CHECK(past.status == 0);
    CHECK(std::count(past.output.begin(), past.output.end(), '\n') == 149);
    CHECK(past.output.starts_with("announce.announcement -- number 2\n"));
    CHECK(past.output.ends_with("number 150\n"));

    BusPublisher publisher;
    auto follower = tail({publisher.endpoint(), "--archive", archive.url(), "--since", "2h"});
    REQUIRE(publisher.sees_subscriptions());
    auto again = json::parse(announcement(150));
    again["msg_id"] = "2026-id-150";
    publisher.send("org.fedoraproject.prod.announce.announcement", again.dump());
    publisher.send("org.fedoraproject.prod.announce.announcement", announcement(151));
    CHECK(follower.says("number 151\n"));
    follower.signal(SIGINT);
    CHECK(follower.wait() == 0);
    CHECK(follower.output() == past.output + "announce.announcement -- number 151\n");

    const auto nowhere = tail_to_the_end({"--since", "2h"});
    CHECK(nowhere.status == 2);
    CHECK(nowhere.errors.find("no archive") != std::string::npos);
    CHECK(tail_to_the_end({"--archive", archive.url(), "--since", "yesterday"}).status == 2);
    archive.answer_by([](const std::string&) { return HttpScript::Step{false, 404, {}, "no", {}, {}}; });
    const auto absent = tail_to_the_end({"--archive", archive.url(), "--since", "2h"});
    CHECK(absent.status == 1);
    CHECK(absent.errors.find(archive.url()) != std::string::npos);
}
