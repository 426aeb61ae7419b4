// The command, docs/topics.md, and the timeline's page: what the rules know, in three places.
#include <sstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/browser.h"
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

// A browser that is just going somewhere answers nothing.
bool is_true(Browser& browser, const std::string& expression) {
    try {
        return browser.evaluate(expression) == "true";
    } catch (const std::exception&) {
        return false;
    }
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

TEST_CASE("a real browser finds topics on the bot's own timeline, also without scripts") {
    const TempFolder folder;
    write_rules(folder);
    const auto port = free_port();
    BotProcess bot(folder, configuration(folder, port));
    REQUIRE(eventually([&] { return accepts_connections(port); }));
    const auto url = fmt::format("http://127.0.0.1:{}/", port);
    Browser browser;
    Browser::Look look;
    look.scripts = GENERATE(true, false);
    browser.open(url, look);
    browser.open(browser.evaluate("document.querySelector('header nav a').href"), look);
    CHECK(browser.evaluate("location.pathname") == "/topics");
    CHECK(browser.evaluate("document.querySelectorAll('section h2')[0].textContent").find("harp") != std::string::npos);
    CHECK(is_true(browser,
                  "document.querySelector('#s-bodhi + article .f').textContent.startsWith('reviewer commented "
                  "on bodhi update ')"));
    CHECK(is_true(browser, "document.querySelector('a[href=\"#s-bodhi\"]') !== null"));
    CHECK(browser.evaluate("document.querySelectorAll('script:not([src*=\"theme.js\"])').length") == "0");
    CHECK(browser.evaluate("document.title") == "Topics · Fedora message bus");

    browser.evaluate("document.getElementById('pattern').value = 'git.receive'");
    browser.evaluate("document.querySelector('form button').click()");
    CHECK(eventually([&] { return is_true(browser, "location.search == '?pattern=git.receive'"); }));
    CHECK(eventually([&] { return is_true(browser, "document.querySelectorAll('main article').length == 1"); }));
    CHECK(browser.evaluate("document.querySelector('#pattern').value") == "git.receive");
    std::string complaints;
    for (const auto& complaint : browser.complaints()) complaints += complaint + "\n";
    CHECK(complaints == "");
    for (const auto& request : browser.requests()) CHECK(request.starts_with(url));
    bot.stop();
    CHECK(bot.status() == 0);
}
