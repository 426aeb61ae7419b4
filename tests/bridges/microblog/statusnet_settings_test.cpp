#include "bridges/microblog/statusnet_settings.h"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "bridges/microblog/account_settings.h"
#include "bridges/microblog/pumpio_settings.h"
#include "tests/support/world.h"

using namespace std::chrono_literals;

namespace fedmsgbot {

namespace {

const std::string keys = R"({"consumer_key":"k","consumer_secret":"ks","token":"t","token_secret":"ts"})";

template <class Settings>
struct Read {
    Settings settings;
    std::string problems;
    std::string missing;
};

template <class Settings>
Read<Settings> read(const std::string& text, Settings (*read_settings)(Table&)) {
    ::setenv("FEDMSGBOT_TEST_SECRET", "p@ss:w0rd", 1);
    ::setenv("FEDMSGBOT_TEST_KEYS", keys.c_str(), 1);
    auto table = Table::from_text(text, "f.toml");
    REQUIRE(table);
    Read<Settings> read;
    read.settings = read_settings(*table);
    read.problems = describe(table->problems());
    read.missing = describe(table->missing());
    return read;
}

const std::string with_password =
    "url = \"https://social.example/api/\"\nuser = \"bus\"\npassword_env = \"FEDMSGBOT_TEST_SECRET\"\n";
const std::string with_keys = "url = \"https://social.example/api\"\ncredentials_env = \"FEDMSGBOT_TEST_KEYS\"\n";
const std::string pump = "user = \"bus\"\n" + with_keys;

}  // namespace

TEST_CASE("a StatusNet account is an API's root and a password, or credentials") {
    const auto plain = read(with_password, read_statusnet_settings);
    CHECK(plain.problems.empty());
    CHECK(plain.settings.url == "https://social.example/api");
    CHECK(plain.settings.user == "bus");
    CHECK(plain.settings.password == "p@ss:w0rd");
    CHECK(plain.settings.source == "fedmsgbot");
    CHECK(plain.settings.style.most_characters == 1000);
    CHECK(plain.settings.timeout == 20s);

    const testing::TempFolder folder;
    testing::write_file(folder / "keys", keys + "\n");
    const auto signing =
        read("url = \"https://social.example/index.php/api\"\ncredentials_file = \"" + (folder / "keys").string() +
                 "\"\nsource = \"bus\"\nmax_characters = 300\nmentions = \"interrupt\"\n",
             read_statusnet_settings);
    CHECK(signing.problems.empty());
    CHECK(signing.missing.empty());
    CHECK(signing.settings.user.empty());
    CHECK(signing.settings.keys.token_secret == "ts");
    CHECK(signing.settings.source == "bus");
    CHECK(signing.settings.style.most_characters == 300);
    CHECK(signing.settings.style.mentions == Mentions::interrupt);
}

TEST_CASE("each mistake in a StatusNet account is told where it stands") {
    const auto [text, where, what] = GENERATE(table<std::string, std::string, std::string>({
        {"", "", "\"url\""},
        {"url = \"https://social.example\"", "", "a login is needed"},
        {"url = \"social.example/api\"\ncredentials_env = \"FEDMSGBOT_TEST_KEYS\"", "f.toml:1:", "https://social"},
        {"url = \"https://a.example/api?x\"\ncredentials_env = \"FEDMSGBOT_TEST_KEYS\"", "f.toml:1:", "https://social"},
        {with_keys + "user = \"bus\"", "f.toml:3:", "exclude each other"},
        {with_password + "credentials_env = \"FEDMSGBOT_TEST_KEYS\"", "f.toml:2:", "exclude each other"},
        {"url = \"https://a.example\"\npassword_env = \"FEDMSGBOT_TEST_SECRET\"", "f.toml", "`user` is missing"},
        {"url = \"https://a.example\"\nuser = \"a:b\"\npassword_env = \"FEDMSGBOT_TEST_SECRET\"", "f.toml:2:", "colon"},
        {"url = \"https://a.example\"\ncredentials_env = \"FEDMSGBOT_TEST_SECRET\"", "f.toml:2:", "JSON"},
        {with_keys + "source = \"my bot\"", "f.toml:3:", "`source`"},
        {with_keys + "source = \"\"", "f.toml:3:", "`source`"},
        {with_keys + "max_characters = 5", "f.toml:3:", "max_characters"},
        {with_keys + "timeout = \"1m\"", "f.toml:3:", "25s"},
        {with_keys + "mentions = \"ping\"", "f.toml:3:", "mentions"},
        {with_keys + "post = \"{{ text\"", "f.toml:3:", ""},
        {with_keys + "content_warning = \"x\"", "f.toml:3:", "no content warnings"},
    }));
    const auto problems = read(text, read_statusnet_settings).problems;
    INFO(text << "\n" << problems);
    CHECK(problems.find(where) != std::string::npos);
    CHECK(problems.find(what) != std::string::npos);
    CHECK(problems.find("p@ss") == std::string::npos);  // no secret is told
}

TEST_CASE("a secret travels in the clear over plain HTTP to any machine but this one") {
    for (const char* url : {"http://social.example", "HTTP://social.example:8080/api", "http://localhost.evil.example",
                            "http://127.evil.example/", "http://192.0.2.1", "http://[2001:db8::1]:80/api"})
        CHECK(is_in_clear(url));
    for (const char* url : {"https://social.example", "http://localhost", "http://LOCALHOST:3000/api",
                            "http://127.0.0.1:3000", "http://127.8.9.1/api", "http://[::1]:3000/api", "http://[::1]"})
        CHECK_FALSE(is_in_clear(url));
}

TEST_CASE("credentials without a token are what the machine lacks, until somebody logs in") {
    ::setenv("FEDMSGBOT_TEST_HALF", R"({"consumer_key":"k","consumer_secret":"s"})", 1);
    const auto half =
        read("url = \"https://a.example\"\ncredentials_env = \"FEDMSGBOT_TEST_HALF\"", read_statusnet_settings);
    CHECK(half.problems.empty());
    CHECK(half.missing.find("f.toml:2:") != std::string::npos);
    CHECK(half.missing.find("fedmsgbot login") != std::string::npos);
    CHECK(half.settings.keys.consumer_key == "k");
}

TEST_CASE("a pump.io account is a server, a nickname and credentials") {
    const auto all = read(pump + "visibility = \"followers\"\n", read_pumpio_settings);
    CHECK(all.problems.empty());
    CHECK(all.settings.url == "https://social.example/api");
    CHECK(all.settings.user == "bus");
    CHECK(all.settings.keys.consumer_secret == "ks");
    CHECK_FALSE(all.settings.is_public);
    CHECK(read(pump, read_pumpio_settings).settings.is_public);
}

TEST_CASE("each mistake in a pump.io account is told where it stands") {
    const auto [text, where, what] = GENERATE(table<std::string, std::string, std::string>({
        {"", "", "\"url\""},
        {"", "", "a login is needed"},
        {with_keys, "", "\"user\""},
        {with_keys + "user = \"a/b\"", "f.toml:3:", "nickname"},
        {pump + "visibility = \"unlisted\"", "f.toml:4:", "visibility"},
        {pump + "max_characters = \"many\"", "f.toml:4:", "max_characters"},
        {"user = \"bus\"\nurl = \"https://a.example\"\ncredentials_env = \"FEDMSGBOT_NONE\"",
         "f.toml:3:", "FEDMSGBOT_NONE"},
    }));
    const auto got = read(text, read_pumpio_settings);
    const auto problems = got.problems + got.missing;
    INFO(text << "\n" << problems);
    CHECK(problems.find(where) != std::string::npos);
    CHECK(problems.find(what) != std::string::npos);
}

}  // namespace fedmsgbot
