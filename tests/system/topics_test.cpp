#include <sstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;

namespace {

const std::string shape = "<reviewer> commented on bodhi update <title_of_update> (karma: <karma>)";

std::string configuration(const TempFolder& folder, std::uint16_t port) {
    return fmt::format(R"(state_dir = "{0}/state"
rules = ["{0}/rules"]
[source.bus]
kind = "zmq"
endpoints = ["tcp://127.0.0.1:1"]
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{1}"
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)",
                       folder.path().string(), port);
}

void write_rules(const TempFolder& folder) {
    std::filesystem::create_directory(folder / "rules");
    write_file(folder / "rules" / "mine.toml", R"(service = "harp"
[[rule]]
name = "tuned"
topics = ["harp.tuned"]
text = "{{ msg.agent }} tuned <script>document.title='owned'</script>{{ msg.what }}"
)");
}

Finished topics(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {binary(), "topics"});
    return run(arguments);
}

}  // namespace

TEST_CASE("docs/topics.md is what the rules say today") {
    const auto finished = topics({"--markdown"});
    CHECK(finished.status == 0);
    INFO("docs/topics.md is old: write it anew with `ninja -C build docs` (or `./run build`), and commit it");
    CHECK((finished.output == read_file(source_folder() / "docs/topics.md")));
}

TEST_CASE("topics lists everything, or what is asked for") {
    const auto all = topics({});
    CHECK(all.status == 0);
    for (const auto* text : {"\nbodhi\n", "\n  git.receive, ", "\n    example odalys commented on bodhi update "})
        CHECK(all.output.find(text) != std::string::npos);
    const auto one = topics({"org.fedoraproject.prod.bodhi.update.comment"});
    CHECK(one.status == 0);
    CHECK(one.output.starts_with("bodhi\n\n  bodhi.update.comment\n    shape   " + shape + "\n"));
    CHECK(one.output.find("rule", one.output.find("rule") + 1) == std::string::npos);
    const auto json = nlohmann::json::parse(topics({"--json", "bodhi.update.comment"}).output);
    CHECK(json["shape"] == shape);
    CHECK(json["topics"] == nlohmann::json{"bodhi.update.comment"});
}

TEST_CASE("topics says when there is nothing, and refuses what makes no sense") {
    const auto nothing = topics({"no such thing"});
    CHECK(nothing.status == 1);
    CHECK(nothing.output == "");
    CHECK(nothing.errors.find("\"no such thing\"") != std::string::npos);
    CHECK(topics({"--json", "--markdown"}).status == 2);
    CHECK(topics({"-c", "/nowhere.toml"}).status == 2);
    CHECK(run({"sh", "-c", binary() + " topics > /dev/full"}).status == 1);
}

TEST_CASE("the operator's rules are listed first") {
    const TempFolder folder;
    write_rules(folder);
    write_file(folder / "c.toml", configuration(folder, 8080));
    const auto finished = topics({"-c", (folder / "c.toml").string()});
    INFO(finished.errors);
    CHECK(finished.status == 0);
    CHECK(finished.output.starts_with("harp\n\n  harp.tuned\n    shape   <agent> tuned <script>"));
    CHECK(finished.output.find("\nbodhi\n") != std::string::npos);
}
