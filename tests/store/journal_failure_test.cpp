// The journal on a disk that breaks, and in a process that is killed.
#include "bot/store/journal.h"

#include <csignal>
#include <map>
#include <set>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/store/failing_files.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using Catch::Matchers::Contains;

namespace {

Message message(int number) {
    return Message::parse(
               fmt::format(R"({{"topic":"org.x.prod.git.receive","msg_id":"id-{}","msg":{{"n":"{:0>500}"}}}})", number,
                           number))
        .value();
}

// What a process knows to be durable.
struct Known {
    int accepted = 0;  // numbers below
    int settled = 0;
};

// Accepts three messages and settles one, commits, tells, again and again.
template <class Tell>
void work(Journal& journal, Known& known, int rounds, Tell tell) {
    std::vector<Entry> entries;
    auto now = known;
    for (int round = 0; round < rounds; ++round) {
        for (int i = 0; i < 3; ++i)
            entries.push_back(journal.accept(message(now.accepted++), {"irc", "blog"}, SystemTime{}).value());
        journal.settle(entries[static_cast<std::size_t>(now.settled++)], "irc", Settlement::delivered);
        journal.commit();
        known = now;
        tell(known);
    }
}

std::set<std::string> ids(Journal& journal, const char* target) {
    std::set<std::string> found;
    for (auto& owed : journal.owed(target, 0, 1000000, std::size_t{1} << 40).messages)
        found.insert(Message::parse(std::move(owed.bytes)).value().id());
    return found;
}

// Everything known is there, nothing settled is served again, and of what came after it only a whole round may be.
void check(const std::filesystem::path& path, const Known& known) {
    Journal journal(path);
    const auto blog = ids(journal, "blog"), irc = ids(journal, "irc");
    for (int i = 0; i < known.accepted; ++i) REQUIRE(blog.contains(fmt::format("id-{}", i)));
    for (int i = 0; i < known.settled; ++i) REQUIRE_FALSE(irc.contains(fmt::format("id-{}", i)));
    for (int i = known.settled + 1; i < known.accepted; ++i) REQUIRE(irc.contains(fmt::format("id-{}", i)));
    REQUIRE((blog.size() == static_cast<std::size_t>(known.accepted) ||
             blog.size() == static_cast<std::size_t>(known.accepted) + 3));
    REQUIRE(journal.pending() == blog.size() + irc.size());
}

}  // namespace

TEST_CASE("a journal whose disk fails at any step says so and loses nothing it had committed") {
    const auto failure = GENERATE(FailingFiles::Failure::io, FailingFiles::Failure::full);
    int step = 1;
    for (bool reached_end = false; !reached_end; ++step) {
        const TempFolder folder;
        const auto path = folder / "j";
        Known known;
        {
            FailingFiles files(step, failure);
            try {
                Journal journal(path);
                try {
                    work(journal, known, 4, [](const Known&) {});
                    journal.tidy();
                } catch (const DatabaseError& error) {
                    REQUIRE_THAT(error.what(), Contains(path.string()));
                    // Nobody goes on as if nothing had happened.
                    REQUIRE_THROWS_AS(journal.accept(message(1000), {"irc"}, SystemTime{}), DatabaseError);
                    REQUIRE_THROWS_AS(journal.commit(), DatabaseError);
                    REQUIRE_THROWS_AS(journal.owed("irc", 0, 1), DatabaseError);
                }
            } catch (const DatabaseError& error) {
                REQUIRE_THAT(error.what(), Contains(path.string()));
            }
            reached_end = !FailingFiles::has_failed();
        }
        check(path, known);
    }
    CHECK(step > 20);
}

TEST_CASE("what a journal committed survives kill -9 at any moment") {
    const TempFolder folder;
    const auto path = folder / "j";
    for (int run = 0; run < 15; ++run) {
        std::filesystem::remove_all(path);
        for (const auto* suffix : {"-wal", "-shm"}) std::filesystem::remove_all(path.string() + suffix);
        int told[2];
        REQUIRE(::pipe(told) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            Journal journal(path);
            Known known;
            work(journal, known, 1000000, [&](const Known& now) {
                if (::write(told[1], &now, sizeof now) != sizeof now) ::_exit(1);
            });
            ::_exit(0);
        }
        ::close(told[1]);
        Known known;
        // Killed after some rounds, in the middle of whatever it does then.
        for (int round = 0; round <= run * 3; ++round) REQUIRE(::read(told[0], &known, sizeof known) == sizeof known);
        ::kill(child, SIGKILL);
        while (::read(told[0], &known, sizeof known) == sizeof known) {
        }
        ::close(told[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        check(path, known);
    }
}

TEST_CASE("a full disk is one clear message") {
    const TempFolder folder;
    std::optional<Journal> journal;
    {
        FailingFiles none(1000000, FailingFiles::Failure::full);  // the journal's files are opened under its watch
        journal.emplace(folder / "j");
    }
    FailingFiles files(1, FailingFiles::Failure::full);
    journal->accept(message(1), {"irc"}, SystemTime{});
    CHECK_THROWS_WITH(journal->commit(), (folder / "j").string() + ": database or disk is full");
}
