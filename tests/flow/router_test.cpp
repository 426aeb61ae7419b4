#include "bot/flow/router.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "bot/flow/glob.h"

using namespace fedmsgbot;

namespace {

TopicPattern pattern(std::string_view text) { return TopicPattern::parse(text).value(); }

RouteSettings route(std::string name, std::vector<std::string> topics, std::vector<std::string> to) {
    RouteSettings settings;
    settings.name = std::move(name);
    for (const auto& topic : topics) settings.topics.push_back(pattern(topic));
    settings.to = std::move(to);
    return settings;
}

Line line(std::string text, std::vector<std::string> packages = {}, std::vector<std::string> users = {}) {
    Line made;
    made.text = std::move(text);
    made.packages = std::move(packages);
    made.usernames = std::move(users);
    return made;
}

std::vector<std::string> routed(Router& router, std::string_view topic, const Line& made) {
    std::vector<std::string> names;
    for (const auto index : router.route(topic, made)) names.push_back(router.destinations()[index].target);
    return names;
}

const std::string build = "org.fedoraproject.prod.buildsys.build.state.change";

}  // namespace

TEST_CASE("a target that several routes name gets a message once") {
    auto router =
        Router::make({route("a", {"#"}, {"irc/#a", "timeline"}), route("b", {"buildsys.#"}, {"timeline", "irc/#b"})});
    REQUIRE(router);
    CHECK(routed(*router, build, line("x")) == std::vector<std::string>{"irc/#a", "timeline", "irc/#b"});
    CHECK(routed(*router, "org.fedoraproject.prod.git.receive", line("x")) ==
          std::vector<std::string>{"irc/#a", "timeline"});
}

TEST_CASE("a target gets at once what one route has at once, and condensed what every route condenses") {
    auto quiet = route("quiet", {"#"}, {"irc/#a", "timeline"}), louder = route("louder", {"buildsys.#"}, {"irc/#a"});
    auto loud = route("loud", {"git.#"}, {"irc/#a"});
    quiet.condense.window = std::chrono::minutes(5);
    louder.condense.window = std::chrono::minutes(1);
    auto router = Router::make({quiet, louder, loud});
    REQUIRE(router);
    const auto holds = [&](std::string_view topic) {
        std::vector<std::string> names;
        for (const auto index : router->route(topic, line("x"))) names.push_back(router->destinations()[index].hold);
        return names;
    };
    CHECK(holds(build) == std::vector<std::string>{"irc/#a condensed by quiet", "timeline condensed by quiet"});
    CHECK(holds("org.fedoraproject.prod.git.receive") == std::vector<std::string>{"timeline condensed by quiet", ""});
    CHECK(routed(*router, "org.fedoraproject.prod.git.receive", line("x")) ==
          std::vector<std::string>{"timeline", "irc/#a"});
}

TEST_CASE("nobody's message has a topic of our own") {
    auto router = Router::make({route("a", {"#"}, {"timeline"})});
    CHECK(router->may_want("org.fedoraproject.prod.git.receive"));
    CHECK_FALSE(router->may_want("local.fedmsgbot.condensed.git.receive"));
}

TEST_CASE("every condition of a route must hold, and any of its values will do") {
    auto settings = route("kernel", {"buildsys.build.state.change"}, {"irc/#k"});
    settings.not_topics = {pattern("*.stg.#")};
    settings.packages = {"kernel", "python-*"};
    settings.users = {"l?na"};
    settings.text = {"(?i)failed", "broke"};
    settings.not_text = {"scratch"};
    auto router = Router::make({settings});
    REQUIRE(router);
    const auto takes = [&](std::string_view topic, const Line& made) { return !routed(*router, topic, made).empty(); };
    CHECK(takes(build, line("it FAILED", {"kernel"}, {"lena"})));
    CHECK(takes(build, line("it broke", {"bash", "python-six"}, {"luna", "x"})));
    CHECK_FALSE(takes("org.fedoraproject.stg.buildsys.build.state.change", line("failed", {"kernel"}, {"lena"})));
    CHECK_FALSE(takes(build, line("failed", {"kernel-tools"}, {"lena"})));
    CHECK_FALSE(takes(build, line("failed", {"kernel"}, {"elena"})));
    CHECK_FALSE(takes(build, line("done", {"kernel"}, {"lena"})));
    CHECK_FALSE(takes(build, line("a scratch build failed", {"kernel"}, {"lena"})));
}

TEST_CASE("explain names the condition that keeps a message out") {
    auto settings = route("kernel", {"buildsys.#"}, {"irc/#k"});
    settings.packages = {"kernel"};
    const auto router = Router::make({settings});
    REQUIRE(router);
    CHECK(router->explain(build, line("x", {"bash"}))[0].hindrance ==
          R"(packages = "kernel": the message is about "bash")");
    CHECK(router->explain("org.fedoraproject.prod.git.receive", line("x"))[0].hindrance ==
          R"(topics = "buildsys.#" do not match)");
    CHECK(router->explain(build, line("x", {"kernel"}))[0].hindrance.empty());
}

TEST_CASE("a route looks at fedora-messaging's headers: severity and schema") {
    auto grave = route("grave", {"#"}, {"irc/#grave"}), bodhi = route("bodhi", {"#"}, {"irc/#bodhi"});
    grave.severity = Severity::warning;
    bodhi.schema = "bodhi.*";
    auto router = Router::make({grave, bodhi});
    REQUIRE(router);
    const auto routed_with = [&](std::string_view headers) {
        const auto json = JsonDocument::parse(headers);
        REQUIRE(json);
        std::vector<std::string> names;
        for (const auto index : router->route(build, line("x"), json->root()))
            names.push_back(router->destinations()[index].target);
        return names;
    };
    using Targets = std::vector<std::string>;
    CHECK(routed_with(R"({"fedora_messaging_severity":30})") == Targets{"irc/#grave"});
    CHECK(routed_with(R"({"fedora_messaging_severity":40,"fedora_messaging_schema":"bodhi.update.edit.v2"})") ==
          Targets{"irc/#grave", "irc/#bodhi"});
    CHECK(routed_with(R"({"fedora_messaging_severity":20,"fedora_messaging_schema":"git.receive"})").empty());
    CHECK(routed(*router, build, line("x")).empty());

    const auto json =
        JsonDocument::parse(R"({"fedora_messaging_severity":20,"fedora_messaging_schema":"git.receive"})");
    const auto verdicts = router->explain(build, line("x"), json->root());
    CHECK(verdicts[0].hindrance == R"(severity = "warning": the message's is "info")");
    CHECK(verdicts[1].hindrance == R"(schema = "bodhi.*": the message's is "git.receive")");
    CHECK(router->explain(build, line("x"))[1].hindrance == R"(schema = "bodhi.*": the message's is none)");
}

TEST_CASE("only a topic that some route names may be wanted, however many topics a sender invents") {
    const auto router = Router::make({route("a", {"git.#"}, {"timeline"})});
    REQUIRE(router);
    for (int i = 0; i < 10000; ++i) CHECK_FALSE(router->may_want("org.x.prod.t" + std::to_string(i)));
    CHECK(router->may_want("org.x.prod.git.receive"));
}

TEST_CASE("a route asks of signatures what it says, or else what the message's source says") {
    auto strict = route("strict", {"#"}, {"irc/#strict"}), marking = route("marking", {"#"}, {"irc/#mark"});
    auto open = route("open", {"git.#"}, {"irc/#open"}), same = route("same", {"buildsys.#"}, {"irc/#same"});
    strict.trust = Demand::require;
    marking.trust = Demand::mark;
    open.trust = Demand::ignore;
    auto router = Router::make({strict, marking, open, same}).value();
    const auto to = [&](const Arrival& arrival, const std::string& topic) {
        std::vector<std::string> names;
        for (const auto index : router.route(topic, line("x"), {}, arrival)) {
            const auto& target = router.destinations()[index].target;
            names.push_back(target + (router.marks(target, topic, line("x"), {}, arrival) ? " marked" : ""));
        }
        return names;
    };
    const std::string git = "org.fedoraproject.prod.git.receive";
    using Names = std::vector<std::string>;
    const auto forged = [](Demand source) { return Arrival{Trust::invalid, false, source}; };
    CHECK(to(forged(Demand::require), build) == Names{"irc/#mark marked"});
    CHECK(to(forged(Demand::mark), build) == Names{"irc/#mark marked", "irc/#same marked"});
    CHECK(to(forged(Demand::ignore), build) == Names{"irc/#mark marked", "irc/#same"});
    CHECK(to(forged(Demand::require), git) == Names{"irc/#mark marked", "irc/#open"});
    for (const auto trust : {Trust::genuine, Trust::unchecked})
        CHECK(to({trust, false, Demand::require}, build) == Names{"irc/#strict", "irc/#mark", "irc/#same"});
    // A target that no route sends it to any more: whoever took it may have asked for a mark.
    CHECK(router.marks("irc/#gone", git, line("x"), {}, forged(Demand::ignore)));
    CHECK_FALSE(router.marks("irc/#gone", git, line("x"), {}, {}));
}

TEST_CASE("of two routes to one target the one that marks wins") {
    auto marking = route("marking", {"#"}, {"t"}), open = route("open", {"#"}, {"t"});
    marking.trust = Demand::mark;
    open.trust = Demand::ignore;
    const Arrival forged{Trust::invalid, false, Demand::ignore};
    CHECK(Router::make({marking, open})->marks("t", build, line("x"), {}, forged));
    CHECK(Router::make({open, marking})->marks("t", build, line("x"), {}, forged));
}

TEST_CASE("messages are verified where a route asks for it, and dropped where every one requires") {
    auto strict = route("strict", {"git.#"}, {"t"}), same = route("same", {"#"}, {"u"});
    strict.trust = Demand::require;
    const auto router = Router::make({strict, same}).value();
    const auto scrutiny = [&](const char* topic, Demand source) {
        const auto found = router.scrutiny(std::string("org.fedoraproject.prod.") + topic, source);
        return std::pair(found.is_asked, found.takes_suspects);
    };
    CHECK(scrutiny("git.receive", Demand::ignore) == std::pair(true, true));
    CHECK(scrutiny("git.receive", Demand::require) == std::pair(true, false));
    CHECK(scrutiny("bodhi.x", Demand::ignore) == std::pair(false, true));
    CHECK(scrutiny("bodhi.x", Demand::mark) == std::pair(true, true));
}

TEST_CASE("a bad regular expression is a problem that names its route") {
    auto settings = route("r", {"#"}, {"t"});
    settings.text = {"("};
    const auto router = Router::make({settings});
    REQUIRE_FALSE(router);
    CHECK(describe(router.problems()).starts_with("route \"r\": bad regular expression \"(\""));
}

TEST_CASE("globs fit the whole text") {
    CHECK(matches_glob("python-*", "python-six"));
    CHECK(matches_glob("*", ""));
    CHECK(matches_glob("a*b*c", "a1b2b3c"));
    CHECK(matches_glob("k?rnel", "kernel"));
    CHECK_FALSE(matches_glob("kernel", "kernel-tools"));
    CHECK_FALSE(matches_glob("", "x"));
    CHECK_FALSE(matches_glob("a*b", "acbd"));
    CHECK_FALSE(matches_glob(std::string(200, '*') + "b", std::string(5000, 'a')));
}

TEST_CASE("a route may look at the topic by expressions, for what patterns cannot say") {
    auto parts = route("parts", {"#"}, {"parts"});
    parts.topic_text = {"git(hub|lab)", "^org\\.debian"};
    parts.not_topic_text = {"request$"};
    auto router = Router::make({parts});
    REQUIRE(router);
    CHECK(routed(*router, "org.fedoraproject.prod.github.issue", line("x")) == std::vector<std::string>{"parts"});
    CHECK(routed(*router, "org.debian.dev.x", line("x")) == std::vector<std::string>{"parts"});
    CHECK_FALSE(router->may_want("org.fedoraproject.prod.git.receive"));
    CHECK_FALSE(router->may_want("org.fedoraproject.prod.gitlab.merge_request"));
    CHECK(router->explain("a.b.c.d", line("x")).front().hindrance ==
          "topic_text = \"git(hub|lab)\", \"^org\\.debian\" is not found in the topic");
    CHECK(router->explain("a.b.c.gitlab.request", line("x")).front().hindrance ==
          "not_topic_text = \"request$\" is found in the topic");
    parts.not_topic_text = {"("};
    CHECK_FALSE(Router::make({parts}));
}
