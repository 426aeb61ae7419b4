#include "bot/setup.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

LineParts parts(const std::string& route_more, const std::string& to, const std::string& more = "") {
    const auto setup = read_setup(R"(state_dir = "/nonexistent"
[source.f]
kind = "file"
path = "/dev/null"
[bridge.net]
kind = "irc"
server = "127.0.0.1"
nick = "bot"
)" + more + "[[route]]\nname = \"r\"\ntopics = [\"#\"]\nto = [\"" +
                                      to + "\"]\n" + route_more,
                                  "test.toml");
    if (!setup) FAIL(describe(setup.problems()));
    return setup->parts();
}

}  // namespace

TEST_CASE("only what bridges show and routes look at is made of a line") {
    const std::string timeline = "[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:8080\"\n";
    CHECK(parts("", "net/#a") == LineParts::sentence);
    CHECK(parts("text = [\"failed\"]\n", "net/#a") == LineParts::sentence);
    CHECK(parts("packages = [\"kernel\"]\n", "net/#a") == LineParts::all);
    CHECK(parts("users = [\"ilse\"]\n", "net/#a") == LineParts::all);
    CHECK(parts("", "timeline", timeline) == LineParts::all);
}
