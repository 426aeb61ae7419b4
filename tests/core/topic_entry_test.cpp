#include "bot/core/topic_entry.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

const TopicEntries entries = {
    {"git", {"git.receive", "git.receive.#"}, "own.toml:push", "<who> pushed", "ilse pushed", ""},
    {"bodhi", {"bodhi.update.comment"}, "bodhi.toml:comment", "<who> commented (karma: <karma>)", "odalys said", ""},
    {"bodhi", {"bodhi.update.*"}, "bodhi.toml:other", "<who> did", "", ""},
    {"git", {"git.branch"}, "git.toml:branch", "<who> branched", "mirko branched 'Saiten'", ""},
    {"pagure", {"pagure.git.receive"}, "pagure.toml:push", "<who> pushed to <repo>", "", ""},
};

std::string found(std::string_view wanted) {
    std::string rules;
    for (const auto& entry : find_topics(entries, wanted)) rules += entry.rule + " ";
    return rules;
}

}  // namespace

TEST_CASE("topics are found by service, else by topic, else by their words") {
    const auto [wanted, rules] = GENERATE(table<std::string, std::string>({
        {"git", "own.toml:push git.toml:branch "},
        {" Git ", "own.toml:push git.toml:branch "},
        {"git.receive", "own.toml:push "},
        {"git.receive.rpms", "own.toml:push "},
        {"org.fedoraproject.prod.bodhi.update.comment", "bodhi.toml:comment bodhi.toml:other "},
        {"bodhi.update.request", "bodhi.toml:other "},
        {"#.receive", "own.toml:push bodhi.toml:other pagure.toml:push "},
        {"*.*.prod.git.#", "own.toml:push git.toml:branch "},
        {"bodhi.upd", "bodhi.toml:comment bodhi.toml:other "},
        {"Karma", "bodhi.toml:comment "},
        {"to <repo>", "pagure.toml:push "},
        {"saiten", "git.toml:branch "},
        {"nothing like it", ""},
        {"a..b", ""},
        {"\x01\xff", ""},
    }));
    INFO(wanted);
    CHECK(found(wanted) == rules);
}

TEST_CASE("who looks for nothing finds everything") {
    CHECK(find_topics(entries, "").size() == entries.size());
    CHECK(find_topics(entries, " \n").size() == entries.size());
    CHECK(find_topics({}, "git").empty());
}

TEST_CASE("a service's topics stand together, where the first of them came") {
    const auto services = by_service(entries);
    REQUIRE(services.size() == 3);
    CHECK(services[0].service == "git");
    REQUIRE(services[0].entries.size() == 2);
    CHECK(services[0].entries[0]->rule == "own.toml:push");
    CHECK(services[0].entries[1]->rule == "git.toml:branch");
    CHECK(services[1].service == "bodhi");
    CHECK(services[2].service == "pagure");
}
