#include <catch2/catch.hpp>

#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;

namespace {

const std::string config = R"({
    "endpoints": {"gateway": ["tcp://127.0.0.1:9940"]},
    "irc": [{"network": "irc.libera.chat", "channel": "#apps", "filters": {"topic": ["^((?!(pagure)).)*$"]}}],
    "routing_policy": {"org.example.prod.a": ["signer.example"]},
    "environment": "prod"
})";

}  // namespace

TEST_CASE("import-fedmsg-config writes what check and explain take, and says what it left out on both sides") {
    const TempFolder folder;
    const auto file = (folder / "bot.toml").string(), policy = (folder / "policy.json").string();
    const auto imported = run({binary(), "import-fedmsg-config", "-", "--policy-out", policy}, {{}, config, {}});
    INFO(imported.output << imported.errors);
    CHECK(imported.status == 0);
    CHECK(imported.errors.find("environment: ") != std::string::npos);
    CHECK(imported.output.find("#   environment: ") != std::string::npos);
    CHECK(read_file(policy) == "{\"org.example.prod.a\":[\"signer.example\"]}\n");
    write_file(file, imported.output);
    const auto checked = run({binary(), "check", "-c", file});
    INFO(checked.output);
    CHECK(checked.status == 0);
    const auto yes = run({binary(), "explain", "-c", file, "io.pagure.prod.pagure.issue.new"});
    CHECK(yes.output.find("\"#apps\": yes, to libera/#apps") != std::string::npos);
    const auto no = run({binary(), "explain", "-c", file, "org.fedoraproject.prod.git.receive"});
    CHECK(no.output.find("\"#apps\": no, topic_text = \"pagure\"") != std::string::npos);
}

TEST_CASE("import-fedmsg-config names what it cannot use") {
    const TempFolder folder;
    const auto import = [](std::vector<std::string> words, const std::string& input = {}) {
        words.insert(words.begin(), {binary(), "import-fedmsg-config"});
        const auto finished = run(std::move(words), {{}, input, {}});
        CHECK(finished.status == 2);
        CHECK(finished.output == "");
        return finished.errors;
    };
    const auto absent = (folder / "absent").string();
    CHECK(import({absent}).find(absent + ": No such file") != std::string::npos);
    CHECK(import({folder.path().string()}).find("Is a directory") != std::string::npos);
    CHECK(import({"-"}, "[]").find("not a JSON object") != std::string::npos);
    CHECK(import({"-"}, "{'a': 1}") != "");
    CHECK(import({"-", "--policy-out", (folder / "no/policy").string()}, "{}").find("No such file") !=
          std::string::npos);
    import({});
}
