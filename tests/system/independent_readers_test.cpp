// What the bot posted to a real server is read back by clients that others wrote.
#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/microblog/html_text.h"
#include "tests/support/snac.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

struct Seen {
    std::string id;
    std::string text;
    std::string warning;
    std::string reply;
};

const std::string link = "https://example.org/news?a=b&c=d_e#f";

std::string sentence() {
    std::string text = "Hello all & @everybody é 👍🏽";
    for (int n = 0; n < 20; ++n) text += fmt::format(" word{}", n);
    return text;
}

// Two messages: a short one, and one that is a thread where posts have 140 characters.
void post_with_the_bot(const Snac& snac, const TempFolder& folder) {
    write_file(folder / "token", snac.token());
    std::string messages;
    for (const auto& text : {std::string("Short news"), sentence()}) {
        const nlohmann::json body = {{"topic", "org.fedoraproject.prod.announce.announcement"},
                                     {"msg_id", fmt::format("2026-{}", text.size())},
                                     {"msg", {{"message", text}, {"link", link}}}};
        messages += body.dump() + "\n";
    }
    write_file(folder / "messages.jsonl", messages);
    write_file(folder / "fedmsgbot.toml", fmt::format(R"(state_dir = "{0}/state"
[source.recorded]
kind = "file"
path = "{0}/messages.jsonl"
[bridge.blog]
kind = "mastodon"
url = "{1}"
token_file = "{0}/token"
post = "{{{{ text }}}} {{{{ link }}}} #{{{{ service }}}}"
content_warning = "bus: {{{{ service }}}}"
tags = ["fedora"]
max_characters = 140
long = "thread"
[[route]]
name = "all"
topics = ["#"]
to = ["blog"]
)",
                                                      folder.path().string(), snac.url()));
    const auto finished = run({binary(), "run", "-c", (folder / "fedmsgbot.toml").string()});
    INFO(finished.errors);
    REQUIRE(finished.status == 0);
}

// Oldest first.
std::vector<Seen> parse(const std::string& lines) {
    std::vector<Seen> seen;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line);
        const auto reply = json.at("reply");
        seen.push_back({json.at("id"), html_to_text(json.at("content").get<std::string>()), json.at("warning"),
                        reply.is_string() ? reply.get<std::string>() : ""});
    }
    std::reverse(seen.begin(), seen.end());
    return seen;
}

void check(const std::vector<Seen>& seen) {
    REQUIRE(seen.size() == 3);
    for (const auto& post : seen) CHECK(post.warning == "bus: announce");
    CHECK(seen[0].text == "Short news " + link + " #announce #fedora");
    CHECK(seen[0].reply.empty());
    CHECK(seen[1].reply.empty());
    CHECK(seen[2].reply == seen[1].id);
    CHECK(seen[1].text.starts_with("Hello all & everybody é 👍🏽 word0 "));
    CHECK(seen[1].text.ends_with(" (1/2) #fedora"));
    CHECK(seen[2].text.ends_with(link + " #announce (2/2)"));
}

}  // namespace

TEST_CASE("Mastodon.py and toot read back what the bot posted to a real server") {
    const Snac snac;
    const TempFolder folder;
    post_with_the_bot(snac, folder);

    const auto script = source_folder() / "tests/support/read_statuses.py";
    const auto python = run({"/usr/bin/python3", script.string(), snac.url(), snac.token()});
    INFO(python.errors);
    REQUIRE(python.status == 0);
    const auto seen = parse(python.output);
    check(seen);

    const auto host = snac.url().substr(snac.url().find("://") + 3);
    const nlohmann::json settings = {
        {"apps",
         {{host, {{"instance", host}, {"base_url", snac.url()}, {"client_id", "none"}, {"client_secret", "none"}}}}},
        {"users", {{"bus@" + host, {{"instance", host}, {"username", "bus"}, {"access_token", snac.token()}}}}},
        {"active_user", "bus@" + host}};
    std::filesystem::create_directories(folder / "toot");
    write_file(folder / "toot/config.json", settings.dump());
    const auto toot = run({"toot", "thread", seen.at(1).id, "--no-color"},
                          {{{"XDG_CONFIG_HOME", folder.path().string()}, {"PYTHONUTF8", "1"}}, {}, {}});
    INFO(toot.output << toot.errors);
    CHECK(toot.status == 0);
    CHECK(toot.output.find("word0") != std::string::npos);
    CHECK(toot.output.find("In reply to " + seen.at(1).id) != std::string::npos);
}

TEST_CASE("masto.js reads back what the bot posted to a real server") {
    const auto library = std::filesystem::path(binary()).parent_path() / "masto";
    std::filesystem::create_directories(library);
    const auto fetch = source_folder() / "tests/support/fetch_masto.sh";
    const auto fetched = run({"flock", (library / "lock").string(), "sh", fetch.string(), library.string()}, {}, 2min);
    if (fetched.status != 0) {
        WARN("NOT TESTED with masto.js, which needs nodejs, npm and its registry: " << fetched.errors);
        return;
    }
    const Snac snac;
    const TempFolder folder;
    post_with_the_bot(snac, folder);
    const auto script = source_folder() / "tests/support/read_statuses.mjs";
    const auto node = run({"node", script.string(), library.string(), snac.url(), snac.token()});
    INFO(node.errors);
    REQUIRE(node.status == 0);
    check(parse(node.output));
}
