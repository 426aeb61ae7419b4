#include "bridges/microblog/mastodon_bridge.h"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/bridges/microblog/account.h"
#include "tests/support/http_script.h"

namespace fedmsgbot {

TEST_CASE("the kind `mastodon` makes a bridge of its table that posts") {
    testing::HttpScript server;
    testing::TempFolder folder;
    ::setenv("FEDMSGBOT_TEST_TOKEN", server.token().c_str(), 1);
    auto table = Table::from_text("url = \"" + server.url() + "\"\ntoken_env = \"FEDMSGBOT_TEST_TOKEN\"\n", "f.toml");
    REQUIRE(table);
    const auto make = read_mastodon(*table);
    REQUIRE(describe(table->problems()).empty());

    boost::asio::io_context context;
    Pacer pacer(mastodon_burst, mastodon_every);
    const auto bridge = make({context.get_executor(), "blog", folder.path(), {}, pacer});
    CHECK(bridge->batch_limit() == 1);

    auto line = std::make_shared<Line>();
    line->text = "text";
    testing::NoReceipts receipts;
    const Post post(testing::make_message("2026-1"), line, "", {}, Share(receipts, 1, "blog"));
    const auto outcomes = testing::run_until_done(context, bridge->deliver({&post}));
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].kind() == Outcome::Kind::delivered);
    CHECK(server.statuses().size() == 1);
    CHECK(server.complaints().empty());
    CHECK(std::filesystem::exists(folder / "blog.sqlite"));
}

}  // namespace fedmsgbot
