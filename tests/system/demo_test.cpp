#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "tests/support/process.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;

TEST_CASE("the demo delivers everything to a real channel and the timeline and ends with a clean summary") {
    const auto finished = run({binary(), "demo", "--seconds", "8"}, {}, std::chrono::seconds(60));
    INFO(finished.output << finished.errors);
    CHECK(finished.status == 0);
    CHECK(finished.output.find("#fedora-fedmsg") != std::string::npos);
    const auto at = finished.output.rfind("summary ");
    REQUIRE(at != std::string::npos);
    const auto summary = finished.output.substr(at + 8);
    const auto received = count_in(summary, "received");
    CHECK(received > 3);
    CHECK(count_in(summary, "formatted") == received);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "demo/#fedora-fedmsg") == received);
    CHECK(count_in(summary, "timeline") == received);
}

TEST_CASE("the demo over RabbitMQ delivers everything, and leaves no broker behind") {
    Process demo({binary(), "demo", "--bus", "amqp", "--seconds", "8"});
    REQUIRE(demo.says("Ctrl-C ends it.", std::chrono::seconds(90)));
    const auto said = demo.output();
    const std::string before = "amqp://127.0.0.1:";
    const auto at = said.find(before);
    REQUIRE(at != std::string::npos);
    const auto port = static_cast<std::uint16_t>(std::stoi(said.substr(at + before.size())));
    CHECK(accepts_connections(port));
    CHECK(demo.wait(std::chrono::seconds(60)) == 0);
    INFO(demo.output() << demo.errors());
    const auto summary = demo.output().substr(demo.output().rfind("summary ") + 8);
    const auto received = count_in(summary, "received");
    CHECK(received > 3);
    CHECK(count_in(summary, "demo/#fedora-fedmsg") == received);
    CHECK(count_in(summary, "timeline") == received);
    CHECK(count_in(summary, "lost") == 0);
    CHECK_FALSE(accepts_connections(port));
}

TEST_CASE("two demos at once use other ports and say so") {
    Process first({binary(), "demo", "--seconds", "6"});
    REQUIRE(first.says("Ctrl-C ends it."));
    const std::string before = "http://127.0.0.1:";
    const auto said = first.output();
    const auto page = static_cast<std::uint16_t>(std::stoi(said.substr(said.find(before) + before.size())));
    REQUIRE(eventually([page] { return accepts_connections(page); }));
    const auto second = run({binary(), "demo", "--seconds", "2"}, {}, std::chrono::seconds(60));
    INFO(second.output << second.errors);
    CHECK(second.status == 0);
    CHECK(second.output.find("is taken") != std::string::npos);
    CHECK(first.wait(std::chrono::seconds(60)) == 0);
}

TEST_CASE("the demo ends on Ctrl-C with 0 and its summary") {
    Process demo({binary(), "demo"});
    REQUIRE(demo.says("Ctrl-C ends it."));
    REQUIRE(demo.says(" -- "));
    demo.signal(SIGINT);
    CHECK(demo.wait(std::chrono::seconds(30)) == 0);
    CHECK(demo.output().find("summary received=") != std::string::npos);
}

TEST_CASE("a demo that is killed leaves no server behind") {
    Process demo({binary(), "demo"});
    REQUIRE(demo.says("Ctrl-C ends it."));
    const auto said = demo.output();
    const auto at = said.find("port ", said.find("IRC:"));
    const auto port = static_cast<std::uint16_t>(std::stoi(said.substr(at + 5)));
    REQUIRE(accepts_connections(port));
    demo.signal(SIGKILL);
    demo.wait();
    CHECK(eventually([&] { return !accepts_connections(port); }));
}

TEST_CASE("a demo whose IRC server does not start says why") {
    const TempFolder folder;
    std::filesystem::create_directory(folder / "bin");
    write_file(folder / "bin" / "ngircd", "#!/bin/sh\necho out of channels\nexit 3\n");
    std::filesystem::permissions(folder / "bin" / "ngircd", std::filesystem::perms::owner_all);
    const auto finished = run({binary(), "demo"}, {{{"PATH", (folder / "bin").string() + ":/usr/bin:/bin"}}, "", {}});
    CHECK(finished.status == 1);
    CHECK(finished.errors.find("out of channels") != std::string::npos);
}
