// config/fedmsgbot.toml explains every key; these tests hold it against the code that reads them.
#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "bridges/registry.h"
#include "config/catch_up_settings.h"
#include "config/settings.h"
#include "config/source_settings.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

std::string reference() { return read_file(source_folder() / "config/fedmsgbot.toml"); }

// With every key that is off switched on, and the sources and bridges of every kind there is.
std::string everything_on() { return std::regex_replace(reference(), std::regex("\n#([a-z0-9_]+ *=)"), "\n$1"); }

// Reads all that the program would read.
Table read_all(const std::string& text) {
    auto file = Table::from_text(text, "fedmsgbot.toml");
    INFO((file ? "" : describe(file.problems())));
    REQUIRE(file);
    auto root = std::move(file).value();
    auto settings = read_settings(root);
    for (auto& source : settings.sources) {
        if (source.kind == "amqp") read_amqp_settings(source.table);
        if (source.kind == "zmq") read_zmq_settings(source.table);
        if (source.kind == "amqp" || source.kind == "zmq") read_catch_up_settings(source.table);
        if (source.kind == "file") read_file_settings(source.table);
        if (source.kind == "zmq" || source.kind == "file") read_trust_settings(source.table);
    }
    for (auto& bridge : settings.bridges) {
        const auto* kind = find_bridge_kind(bridge.kind);
        REQUIRE(kind);
        read_outbox_keys(bridge.table, kind->burst, kind->every);
        kind->read(bridge.table);
    }
    return root;
}

// Every key that stands in a text, dotted; inline tables of one line included.
std::set<std::string> written_keys(const std::string& text) {
    const std::regex header(R"re(^\[+([a-z_."#-]+)\]+)re"), key(R"(^([a-z0-9_]+) *= *(\{(.*)\})?)"),
        inner(R"(([a-z_]+) *=)");
    std::set<std::string> keys;
    std::istringstream lines(text);
    std::string section;
    std::smatch found;
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_search(line, found, header)) {
            section = found[1].str() + ".";
            std::erase(section, '"');
        }
        if (!std::regex_search(line, found, key)) continue;
        const auto path = section + found[1].str();
        keys.insert(path);
        const auto inline_table = found[3].str();
        for (std::sregex_iterator at(inline_table.begin(), inline_table.end(), inner), end; at != end; ++at)
            keys.insert(path + "." + (*at)[1].str());
    }
    return keys;
}

std::set<std::string> keys_of_every_bridge() {
    auto none = Table::from_text("", "none");
    read_outbox_keys(*none, 1, {});
    return none->asked();
}

}  // namespace

TEST_CASE("the annotated reference is a configuration without a mistake") {
    CHECK(describe(read_all(reference()).problems()).empty());
}

TEST_CASE("every key of the annotated reference is known to the code, those that are off too") {
    auto root = read_all(everything_on());
    for (const auto& problem : root.problems()) {
        INFO(describe(problem));
        CHECK(problem.text.find("exclude each other") != std::string::npos);
    }
}

TEST_CASE("every key that the code knows is in the annotated reference") {
    const auto written = written_keys(everything_on());
    const auto is_written = [&](const std::string& path) {
        return std::any_of(written.begin(), written.end(), [&](const auto& other) {
            return other == path || other.starts_with(path + ".");  // a table is written as a header
        });
    };
    const auto shared = keys_of_every_bridge();
    std::set<std::string> unexplained;
    for (const auto& path : read_all(everything_on()).asked()) {
        const auto key = path.substr(path.rfind('.') + 1);
        const bool is_shared = path.starts_with("bridge.") && shared.count(key) != 0;
        const bool is_trust = path.starts_with("source.recorded.") && key != "path" && key != "kind";
        const bool is_catch_up = path.find(".catch_up.") != std::string::npos;
        // One explanation serves the bridges of every kind, one the signatures of every source, and one the catching
        // up.
        const auto explained = is_shared     ? "bridge.libera." + key
                               : is_trust    ? "source.bus." + key
                               : is_catch_up ? "source.bus.catch_up." + key
                                             : path;
        if (!is_written(explained)) unexplained.insert(path);
    }
    CHECK(unexplained == std::set<std::string>{});
}

TEST_CASE("the annotated reference has a bridge of every kind") {
    for (const auto& kind : bridge_kinds())
        CHECK(reference().find("\nkind = \"" + std::string(kind.name) + "\"") != std::string::npos);
}

TEST_CASE("the container's configuration and the page of the README have no mistake") {
    CHECK(describe(read_all(read_file(source_folder() / "container/example.toml")).problems()).empty());
    const auto readme = read_file(source_folder() / "README.md");
    const auto start = readme.find("```toml\n") + 8;
    CHECK(describe(read_all(readme.substr(start, readme.find("\n```", start) - start)).problems()).empty());
}
