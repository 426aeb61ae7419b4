#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "tests/repository/tree.h"

using namespace fedmsgbot::testing;

namespace {

// A room, and the beginnings of what it may include beside itself. Strictly downward: no room stands in the list of one
// that it includes.
struct Room {
    std::string folder;
    std::vector<std::string> below;
};

// The longest folder that fits is a file's room. docs/architecture.md draws this table.
const std::vector<Room> rooms{
    {"bot/core/", {}},
    {"bot/store/", {"bot/core/"}},
    {"bot/http/", {"bot/core/"}},
    {"bot/trust/", {"bot/core/"}},
    {"bot/amqp/", {"bot/core/"}},
    {"bot/source/", {"bot/core/", "bot/amqp/"}},
    {"bot/archive/", {"bot/core/", "bot/http/", "bot/source/outages.h", "bot/store/"}},
    {"bot/publish/", {"bot/core/", "bot/amqp/", "bot/trust/", "bot/source/zmq_publisher.h"}},
    // What a source may be told is a plain struct beside it: sources know no configuration, so it knows their settings.
    {"config/",
     {"bot/amqp/amqp_settings.h", "bot/archive/catch_up_settings.h", "bot/core/", "bot/flow/noise_settings.h",
      "bot/flow/route.h", "bot/publish/publisher_settings.h", "bot/source/zmq_settings.h",
      "bot/trust/trust_settings.h"}},
    {"formatters/template/", {"bot/core/", "config/reader.h"}},
    {"formatters/", {"bot/core/", "config/reader.h", "formatters/template/"}},
    // Of formatters they know the language alone, for the operator's own words around a line; no rule.
    {"bridges/",
     {"bot/core/", "bot/http/", "bot/store/", "bot/amqp/", "bot/flow/pacer.h", "config/amqp_broker.h",
      "config/file_text.h", "config/reader.h", "formatters/template/line_template.h"}},
    {"bot/flow/", {"bot/core/", "bridges/bridge.h"}},
    {"bot/", {"bot/", "bridges/", "config/", "formatters/"}},  // the wiring and the commands
    {"tests/", {"bot/", "bridges/", "config/", "formatters/"}},
};

const Room* room_of(const std::string& path) {
    const Room* best = nullptr;
    for (const auto& room : rooms)
        if (path.starts_with(room.folder) && (!best || room.folder.size() > best->folder.size())) best = &room;
    return best;
}

bool may_include(const Room& room, const std::string& included) {
    return room_of(included) == &room || std::any_of(room.below.begin(), room.below.end(), [&](const auto& beginning) {
               return included.starts_with(beginning);
           });
}

// `bridges/irc/`: a kind's folder, or empty.
std::string bridge_kind(const std::string& path) {
    const auto end = path.find('/', 8);
    return path.starts_with("bridges/") && end != std::string::npos ? path.substr(0, end + 1) : "";
}

std::string read_all_includes(const std::function<std::string(const TreeFile&, const std::string&)>& judge) {
    std::string complaints;
    for (const auto& file : project_files()) {
        if (!file.is_source()) continue;
        for (const auto& included : quoted_includes(file))
            if (const auto why = judge(file, included); !why.empty())
                complaints += file.path + " includes " + included + ": " + why + "\n";
    }
    return complaints;
}

}  // namespace

TEST_CASE("every room includes only itself and the rooms below it") {
    CHECK(read_all_includes([](const TreeFile& file, const std::string& included) {
              const auto* room = room_of(file.path);
              if (!room) return std::string("the file is in no room");
              return may_include(*room, included) ? "" : "not below " + room->folder;
          }) == "");
}

TEST_CASE("the rule of layers catches what it is for") {
    const auto may = [](const char* path, const char* included) { return may_include(*room_of(path), included); };
    CHECK_FALSE(may("bot/core/text.cpp", "bot/store/journal.h"));
    CHECK_FALSE(may("bot/flow/outbox.cpp", "bridges/irc/irc_bridge.h"));
    CHECK_FALSE(may("bridges/irc/irc_bridge.cpp", "bot/flow/outbox.h"));
    CHECK_FALSE(may("bridges/irc/irc_bridge.cpp", "formatters/rulebook.h"));
    CHECK_FALSE(may("formatters/template/value.cpp", "formatters/rulebook.h"));
    CHECK_FALSE(may("bot/source/zmq_source.cpp", "config/reader.h"));
    CHECK_FALSE(may("formatters/rulebook.cpp", "bot/bot.h"));
    CHECK_FALSE(may("bot/publish/publisher.cpp", "bot/source/zmq_source.h"));
    CHECK_FALSE(may("bot/trust/signing_key.cpp", "bot/publish/message_maker.h"));
    CHECK(may("bot/flow/outbox.cpp", "bridges/bridge.h"));
    CHECK(may("bot/bot.cpp", "formatters/rulebook.h"));
    CHECK(may("bot/commands/run.cpp", "bot/source/source.h"));
}

TEST_CASE("a kind of bridge knows no other kind") {
    CHECK(read_all_includes([](const TreeFile& file, const std::string& included) {
              const auto own = bridge_kind(file.path);
              const auto other = bridge_kind(included);
              const bool is_fine = own.empty() || other.empty() || own == other;
              return std::string(is_fine ? "" : "another kind");
          }) == "");
}

TEST_CASE("what is included is there, and by its whole path") {
    std::set<std::string> paths;
    for (const auto& file : project_files()) paths.insert(file.path);
    CHECK(read_all_includes([&](const TreeFile&, const std::string& included) {
              return std::string(paths.count(included) ? "" : "no such file");
          }) == "");
}

TEST_CASE("a library for input, output or parsing is included by one file only, so it can be replaced there") {
    // The beginnings of a library's headers.
    const std::map<std::string, std::vector<std::string>> libraries{
        {"ZeroMQ", {"zmq"}},     {"rabbitmq-c", {"amqp", "rabbitmq-c/"}},
        {"curl", {"curl/"}},     {"SQLite", {"sqlite3"}},
        {"toml++", {"toml++/"}}, {"simdjson", {"simdjson"}},
        {"RE2", {"re2/"}},       {"utf8proc", {"utf8proc"}},
        {"spdlog", {"spdlog/"}}, {"systemd", {"systemd/"}},
    };
    for (const auto& [library, beginnings] : libraries) {
        std::set<std::string> users;
        for (const auto& file : project_files())
            if (file.is_source() && !file.is_in("tests/"))
                for (const auto& header : system_includes(file))
                    for (const auto& beginning : beginnings)
                        if (header.starts_with(beginning)) users.insert(file.path);
        INFO(library);
        CAPTURE(users);
        CHECK(users.size() == 1);
        if (!users.empty()) CHECK(users.begin()->ends_with(".cpp"));
    }
}
