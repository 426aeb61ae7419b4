#include "bot/archive/catch_up.h"

#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <boost/asio.hpp>
#include <catch2/catch.hpp>

#include "tests/support/archive_script.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

SystemTime now() { return std::chrono::system_clock::now(); }
std::int64_t seconds(SystemTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

CatchUpSettings quick(const ArchiveScript& archive) {
    CatchUpSettings settings;
    settings.archive = archive.url();
    settings.delay = 0ms;
    settings.every = 1ms;
    settings.timeout = 5s;
    settings.page = 10;
    return settings;
}

// One run of a bot, as far as catching up goes: takes what comes into the journal, and commits a little later.
class Run {
public:
    Run(const TempFolder& folder, CatchUpSettings settings)
        : journal_(folder / "journal.sqlite"),
          catch_up_(
              context_.get_executor(), "bus", std::move(settings), ArchiveShape::fedora_messaging, journal_,
              [](std::string_view topic) { return !topic.ends_with(".noise"); },
              [this](std::vector<Message> messages, std::function<void()> accepted) {
                  for (const auto& message : messages) {
                      is_all_late_ = is_all_late_ && message.arrival().is_late;
                      if (journal_.accept(message, {"timeline"}, now())) taken_.push_back(message.id());
                  }
                  boost::asio::post(context_, [this, accepted = std::move(accepted)] {
                      journal_.commit();
                      accepted();
                  });
              }) {}

    CatchUp& catch_up() { return catch_up_; }
    Journal& journal() { return journal_; }
    const std::vector<std::string>& taken() const { return taken_; }
    bool is_all_late() const { return is_all_late_; }

    // Until it holds; false after a while.
    bool run_until(const std::function<bool()>& holds) {
        boost::asio::cancellation_signal stop;
        bool has_ended = false;
        boost::asio::co_spawn(
            context_, catch_up_.run(),
            boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { has_ended = true; }));
        const auto end = std::chrono::steady_clock::now() + 60s;
        while (!holds() && std::chrono::steady_clock::now() < end && !has_ended) context_.run_one_for(20ms);
        const bool held = holds();
        stop.emit(boost::asio::cancellation_type::terminal);
        while (!has_ended) context_.run_one_for(20ms);
        return held;
    }
    bool run_to_the_end() {
        return run_until([&] { return journal_.gaps("bus").empty(); });
    }

private:
    boost::asio::io_context context_;
    Journal journal_;
    std::vector<std::string> taken_;
    bool is_all_late_ = true;
    CatchUp catch_up_;
};

std::vector<std::string> fill(ArchiveScript& archive, int count) {
    std::vector<std::string> ids;
    for (int n = 0; n < count; ++n) {
        ids.push_back(fmt::format("row{}", n));
        archive.put({"org.fedoraproject.prod.git.receive", "2024-" + ids.back(), seconds(now()) - 600 + n, "{}"});
    }
    return ids;
}

std::vector<std::string> without_years(std::vector<std::string> ids) {
    for (auto& id : ids) id = id.substr(5);
    return ids;
}

}  // namespace

TEST_CASE("a bot that was never here has missed nothing") {
    const TempFolder folder;
    ArchiveScript archive;
    Run run(folder, quick(archive));
    run.catch_up().start(false, now());
    CHECK(run.journal().gaps("bus").empty());
    CHECK(run.catch_up().counters().outages == 0);
    CHECK(run.journal().last_heard("bus"));
}

TEST_CASE("after a restart what was missed is fetched, in order, once, and marked as late") {
    const TempFolder folder;
    ArchiveScript archive;
    const auto ids = fill(archive, 57);
    archive.put({"org.fedoraproject.prod.git.noise", "2024-noise", seconds(now()) - 300, "{}"});
    archive.set_repeating(GENERATE(false, true));
    {
        Run first(folder, quick(archive));
        first.journal().hear("bus", now() - 20min);
        // Heard by the bus itself, without a year.
        auto known = Message::parse(R"({"topic": "org.fedoraproject.prod.git.receive", "id": "row3", "body": {}})");
        REQUIRE(first.journal().accept(*known, {"timeline"}, now()));
        first.journal().commit();
    }
    Run run(folder, quick(archive));
    run.catch_up().start(false, now());
    REQUIRE(run.run_to_the_end());
    auto wanted = ids;
    wanted.erase(wanted.begin() + 3);
    CHECK(without_years(run.taken()) == wanted);
    CHECK(run.is_all_late());
    CHECK(run.catch_up().counters().outages == 1);
    CHECK(run.catch_up().counters().unfetched == 0);
}

TEST_CASE("stopped in the middle, it goes on where it was") {
    const TempFolder folder;
    ArchiveScript archive;
    const auto ids = fill(archive, 95);
    std::vector<std::string> taken;
    for (int life = 0; life < 20; ++life) {
        Run run(folder, quick(archive));
        if (life == 0) {
            run.journal().hear("bus", now() - 20min);
            run.journal().commit();
        }
        run.catch_up().start(false, now());
        run.run_until([&] { return run.taken().size() >= 20 || run.journal().gaps("bus").empty(); });
        for (const auto& id : without_years(run.taken())) taken.push_back(id);
        if (run.journal().gaps("bus").empty()) break;
    }
    CHECK(taken == ids);
}

TEST_CASE("errors are waited out, and nothing is left out for them") {
    const TempFolder folder;
    ArchiveScript archive;
    const auto ids = fill(archive, 35);
    HttpScript::Step step;
    step.status = 500;
    archive.fail_next(step);
    step.status = 429;
    step.headers["Retry-After"] = "1";
    archive.fail_next(step);
    step = {};
    step.body = "<!doctype html>";
    archive.fail_next(step);
    step.body = std::string(1000, ' ');
    step.ending = HttpScript::Step::Ending::truncate;
    archive.fail_next(step);
    Run run(folder, quick(archive));
    run.journal().hear("bus", now() - 20min);
    run.catch_up().start(false, now());
    REQUIRE(run.run_to_the_end());
    CHECK(without_years(run.taken()) == ids);
    CHECK(run.catch_up().counters().failures == 4);
}

TEST_CASE("answers that are too large are asked for in smaller parts") {
    const TempFolder folder;
    ArchiveScript archive;
    auto settings = quick(archive);
    settings.max_page_bytes = 64 * 1024;
    std::vector<std::string> wanted;
    for (int n = 0; n < 30; ++n) {
        const bool is_huge = n == 17;
        const auto body = fmt::format(R"({{"text": "{}"}})", std::string(is_huge ? 70'000 : 9'000, 'x'));
        archive.put(
            {"org.fedoraproject.prod.git.receive", fmt::format("2024-row{}", n), seconds(now()) - 600 + n, body});
        if (!is_huge) wanted.push_back(fmt::format("row{}", n));
    }
    Run run(folder, settings);
    run.journal().hear("bus", now() - 20min);
    run.catch_up().start(false, now());
    REQUIRE(run.run_to_the_end());
    CHECK(without_years(run.taken()) == wanted);
    CHECK(run.catch_up().counters().unreadable == 1);
}

TEST_CASE("a hostile archive comes to an end") {
    const TempFolder folder;
    ArchiveScript archive;
    auto settings = quick(archive);
    settings.max_messages = 200;
    settings.max_page_bytes = 64 * 1024;
    SECTION("pages without end, and numbers to match") {
        int number = 0;
        archive.answer_by([&](const std::string&) {
            std::string rows;
            for (int n = 0; n < 500; ++n)
                rows += fmt::format(R"({}{{"topic": "a.b", "id": "endless{}"}})", n == 0 ? "" : ", ", number++);
            HttpScript::Step step;
            step.body =
                fmt::format(R"({{"raw_messages": [{}], "pages": 99999999999, "count": -1, "total": "x"}})", rows);
            return std::optional(step);
        });
        Run run(folder, settings);
        run.journal().hear("bus", now() - 20min);
        run.catch_up().start(false, now());
        REQUIRE(run.run_to_the_end());
        CHECK(run.taken().size() == 200);
        CHECK(run.catch_up().counters().unfetched == 1);
        CHECK(archive.targets().size() == 20);
    }
    SECTION("bodies without end") {
        archive.answer_by([&](const std::string&) {
            HttpScript::Step step;
            step.body = std::string(1024 * 1024, '[');
            return std::optional(step);
        });
        Run run(folder, settings);
        run.journal().hear("bus", now() - 20min);
        run.catch_up().start(false, now());
        REQUIRE(run.run_to_the_end());
        CHECK(run.taken().empty());
        CHECK(run.catch_up().counters().unfetched == 1);
        CHECK(archive.targets().size() < 10);
    }
    SECTION("what is older than was asked for") {
        archive.answer_by([&](const std::string&) {
            HttpScript::Step step;
            step.body = R"({"raw_messages": [{"topic": "a.b", "id": "old", "timestamp": 1400000000}], "pages": 1})";
            return std::optional(step);
        });
        Run run(folder, settings);
        run.journal().hear("bus", now() - 20min);
        run.catch_up().start(false, now());
        REQUIRE(run.run_to_the_end());
        CHECK(run.taken().empty());
    }
}

TEST_CASE("a link that was down is a gap; one that comes and goes is one gap") {
    const TempFolder folder;
    ArchiveScript archive;
    auto settings = quick(archive);
    settings.delay = 1h;
    settings.overlap = 2min;
    Run run(folder, settings);
    const auto start = now();
    run.catch_up().start(false, start);
    Outages outages(start);
    outages.tell([&](const Outage& outage) { run.catch_up().note(outage, start + 10s); });
    outages.link_up("a", start + 1s);
    CHECK(run.journal().gaps("bus").empty());  // the first start
    outages.link_down("a", start + 2s);
    CHECK(outages.down_since() == start + 2s);
    outages.link_up("a", start + 5s);
    CHECK(!outages.down_since());
    outages.link_down("a", start + 6s);
    outages.link_up("a", start + 9s);
    const auto gaps = run.journal().gaps("bus");
    REQUIRE(gaps.size() == 1);
    CHECK(seconds(gaps.front().from) == seconds(start + 2s - 2min));
    CHECK(seconds(gaps.front().to) == seconds(start + 9s + 1h));
    CHECK(run.catch_up().counters().outages == 2);
}

TEST_CASE("what was heard is remembered only as far as every link was up") {
    const TempFolder folder;
    ArchiveScript archive;
    Run run(folder, quick(archive));
    const auto start = now() - 1h;
    run.catch_up().start(false, start);
    run.catch_up().hear(start + 30min, std::nullopt);
    CHECK(seconds(*run.journal().last_heard("bus")) == seconds(start + 30min));
    run.catch_up().hear(start + 40min, start + 20min);
    CHECK(seconds(*run.journal().last_heard("bus")) == seconds(start + 20min));
}

TEST_CASE("gaps are kept in a bounded number, and none is lost for it") {
    const TempFolder folder;
    ArchiveScript archive;
    auto settings = quick(archive);
    settings.overlap = 0ms;
    Run run(folder, settings);
    const auto start = now() - 1h;
    run.catch_up().start(false, start);
    for (int n = 1; n <= 40; ++n) {
        const auto at = start + n * std::chrono::minutes(2);
        run.catch_up().note({at - 1s, at, "the link was down"}, at);
    }
    const auto gaps = run.journal().gaps("bus");
    CHECK(gaps.size() == CatchUp::most_gaps);
    CHECK(seconds(gaps.front().from) == seconds(start + 2min - 1s));
    CHECK(seconds(gaps.back().to) == seconds(start + 80min));
}

TEST_CASE("without an archive a gap is counted, and stays") {
    const TempFolder folder;
    CatchUpSettings settings;
    Run run(folder, settings);
    run.journal().hear("bus", now() - 20min);
    SECTION("a queue that keeps has no gap") {
        run.catch_up().start(true, now());
        CHECK(run.catch_up().counters().outages == 0);
    }
    SECTION("any other has") {
        run.catch_up().start(false, now());
        CHECK(run.catch_up().counters().outages == 1);
        CHECK(run.catch_up().counters().unfetched == 1);
        CHECK(run.journal().gaps("bus").empty());
    }
}
