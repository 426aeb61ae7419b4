#include "config/publish_settings.h"

#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace fedmsgbot;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;
using namespace std::chrono_literals;

namespace {

std::string mistakes(const std::string& text) {
    auto root = Table::from_text(text, "f.toml").value();
    read_publish_settings(root);
    return describe(root.problems());
}

}  // namespace

TEST_CASE("a file without [publish] gives the defaults") {
    auto root = Table::from_text("", "f.toml").value();
    const auto settings = read_publish_settings(root);
    CHECK(settings.topic_prefix == "org.fedoraproject");
    CHECK(settings.environment == "dev");
    CHECK(settings.relay.empty());
    CHECK(settings.bind.empty());
    CHECK(settings.wait == 10s);
}

TEST_CASE("mistakes in [publish] are told at their keys") {
    CHECK(mistakes("[publish]\nrelay = \"tcp://a:1\"\nbind = \"tcp://b:1\"\n") ==
          "f.toml:3:8: \"relay\" and \"bind\" exclude each other\n");
    CHECK(mistakes("[publish]\ncert_file = \"a.crt\"\n") ==
          "f.toml:2:13: \"cert_file\" and \"key_file\" go together: one of them is missing\n");
    CHECK(mistakes("[publish]\nwait = \"2h\"\n") == "f.toml:2:8: \"wait\" must be from \"1ms\" to \"1h\"\n");
    CHECK(mistakes("[publish]\nenvironment = \"\"\n") == "f.toml:2:15: \"environment\" must not be empty\n");
}

TEST_CASE("of a daemon's file only [publish] is looked at") {
    const TempFolder folder;
    const auto file = folder / "f.toml";
    write_file(file, "nonsense = 1\n[publish]\nrelay = \"tcp://127.0.0.1:2003\"\n[source.x]\nmore = true\n");
    const auto settings = read_publish_file(file);
    REQUIRE(settings);
    CHECK(settings->relay == "tcp://127.0.0.1:2003");
    write_file(file, "[publish]\nrelais = \"tcp://127.0.0.1:2003\"\n");
    CHECK_FALSE(read_publish_file(file));
    CHECK_FALSE(read_publish_file(folder / "absent"));
}
