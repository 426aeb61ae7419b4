#include "bridges/microblog/mastodon_settings.h"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace std::chrono_literals;

namespace fedmsgbot {

namespace {

struct Read {
    MastodonSettings settings;
    std::string problems;
};

Read read(const std::string& text) {
    ::setenv("FEDMSGBOT_TEST_TOKEN", "t0ken", 1);
    auto table = Table::from_text(text, "f.toml");
    REQUIRE(table);
    Read read;
    read.settings = read_mastodon_settings(*table);
    read.problems = describe(table->problems()) + describe(table->missing());
    return read;
}

const std::string least = "url = \"https://social.example\"\ntoken_env = \"FEDMSGBOT_TEST_TOKEN\"\n";

}  // namespace

TEST_CASE("a server and a token are enough, the rest is careful by default") {
    const auto [settings, problems] = read(least);
    CHECK(problems.empty());
    CHECK(settings.url == "https://social.example");
    CHECK(settings.token == "t0ken");
    CHECK(settings.visibility == "unlisted");
    CHECK(settings.language.empty());
    CHECK(settings.style.mentions == Mentions::strip);
    CHECK(settings.style.too_long == PostStyle::TooLong::cut);
    CHECK(settings.style.tags.empty());
    CHECK_FALSE(settings.style.warning);
    CHECK(settings.token_file.empty());
    CHECK(settings.timeout == 20s);
}

TEST_CASE("everything can be said") {
    const testing::TempFolder folder;
    testing::write_file(folder / "token", "from-a-file\n");
    const auto [settings, problems] =
        read("url = \"https://social.example/blog//\"\ntoken_file = \"" + (folder / "token").string() +
             "\"\nvisibility = \"public\"\nlanguage = \"pt-BR\"\nmentions = \"interrupt\"\nlong = \"thread\"\ntags = "
             "[\"fedora\", \"{{ service }}\"]\n"
             "content_warning = \"{{ service }}\"\npost = \"{{ text }}\"\ntimeout = \"5s\"\n");
    CHECK(problems.empty());
    CHECK(settings.url == "https://social.example/blog");
    CHECK(settings.token == "from-a-file");
    CHECK(settings.visibility == "public");
    CHECK(settings.language == "pt-BR");
    CHECK(settings.style.mentions == Mentions::interrupt);
    CHECK(settings.style.too_long == PostStyle::TooLong::thread);
    CHECK(settings.style.tags.size() == 2);
    CHECK(settings.style.warning);
    CHECK(settings.token_file == folder / "token");
    CHECK(settings.timeout == 5s);
}

TEST_CASE("each mistake is told where it stands") {
    const auto [text, where, what] = GENERATE(table<std::string, std::string, std::string>({
        {"", "", "url"},
        {"url = \"https://social.example\"", "", "`token_file` or `token_env`"},
        {"token_env = \"FEDMSGBOT_TEST_TOKEN\"\nurl = \"social.example\"", "f.toml:2:", "https://social.example"},
        {"token_env = \"FEDMSGBOT_TEST_TOKEN\"\nurl = \"ftp://social.example\"", "f.toml:2:", "https://"},
        {"token_env = \"FEDMSGBOT_TEST_TOKEN\"\nurl = \"https:///api\"", "f.toml:2:", "https://"},
        {"token_env = \"FEDMSGBOT_TEST_TOKEN\"\nurl = \"https://a b\"", "f.toml:2:", "https://"},
        {"token_env = \"FEDMSGBOT_TEST_TOKEN\"\nurl = \"https://me:pw@a.example\"", "f.toml:2:", "https://"},
        {least + "visibility = \"secret\"", "f.toml:3:", "visibility"},
        {least + "language = \"english please\"", "f.toml:3:", "ISO 639"},
        {least + "mentions = \"ping\"", "f.toml:3:", "mentions"},
        {least + "long = \"endless\"", "f.toml:3:", "long"},
        {least + "max_characters = 20", "f.toml:3:", "100"},
        {least + "post = \"{{ text }\"", "f.toml:3:", "}"},
        {least + "post = \"{{ txet }}\"", "f.toml:3:12", "txet"},
        {least + "content_warning = \"{% if %}\"", "f.toml:3:", "if"},
        {least + "tags = [\"fedora\", \"{{ nobody }}\"]", "f.toml:3:19", "nobody"},
        {least + "tags = [\"-\"]", "f.toml:3:9", "letters"},
        {least + "timeout = \"1h\"", "f.toml:3:", "25s"},
        {least + "token_file = \"/x\"", "f.toml", "token"},
        {"url = \"https://a.example\"\ntoken_env = \"FEDMSGBOT_NO_SUCH\"", "f.toml:2:", "FEDMSGBOT_NO_SUCH"},
    }));
    const auto problems = read(text).problems;
    INFO(text << "\n" << problems);
    CHECK(problems.find(where) != std::string::npos);
    CHECK(problems.find(what) != std::string::npos);
}

TEST_CASE("a token that would break the request's header is none, and is not told") {
    ::setenv("FEDMSGBOT_STRANGE_TOKEN", "hush\r\nX-Injected: 1", 1);
    const auto [settings, problems] = read("url = \"https://a.example\"\ntoken_env = \"FEDMSGBOT_STRANGE_TOKEN\"");
    CHECK(settings.token.empty());
    CHECK(problems.find("f.toml:2:") != std::string::npos);
    CHECK(problems.find("hush") == std::string::npos);
}

}  // namespace fedmsgbot
