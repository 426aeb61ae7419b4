#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;

namespace {

Finished verify(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), {binary(), "verify"});
    return run(std::move(words), {{}, input, {}});
}

}  // namespace

TEST_CASE("verify answers a line for each file, in order, and its status tells whether all are accepted") {
    const TempFolder folder;
    const auto ca = make_certificates(folder.path(), "signer.example").authority.string();
    write_file(folder / "one", R"({"topic":"a.b","msg":{}})");
    write_file(folder / "two", "[]");
    const auto one = (folder / "one").string(), two = (folder / "two").string();
    const std::string is_unsigned = "reject: unsigned: neither signature nor certificate\n";
    const auto both = verify({"--ca", ca, one, two});
    CHECK(both.status == 1);
    CHECK(both.output == is_unsigned + "reject: not a JSON object (a value of another kind)\n");
    CHECK(verify({"--ca", ca}, R"({"topic":"a.b","msg":{}})").output == is_unsigned);
    CHECK(verify({"--ca", ca, "--frame-topic", "a.c", one}).output.starts_with("reject: topic envelope mismatch"));
}

TEST_CASE("verify names what it cannot use") {
    const TempFolder folder;
    const auto ca = make_certificates(folder.path(), "signer.example").authority.string();
    write_file(folder / "policy", "[]");
    const auto absent = (folder / "absent").string(), policy = (folder / "policy").string();
    const auto all = verify({"--ca", absent, "--policy", policy, policy});
    CHECK(all.status == 2);
    CHECK(all.output == "");
    CHECK(all.errors.find(absent + ": No such file") != std::string::npos);
    CHECK(all.errors.find(policy + ": not a JSON object of topic") != std::string::npos);
    const auto file = verify({"--ca", ca, absent});
    CHECK(file.status == 2);
    CHECK(file.errors.find(absent + ": No such file") != std::string::npos);
    CHECK(verify({}).status == 2);
}

TEST_CASE("verify judges all shared vectors as they state") {
    const auto folder = shared_folder() / "vectors";
    if (!std::filesystem::exists(folder / "score.py") || run({"/bin/sh", "-c", "command -v python3"}).status != 0) {
        WARN("the shared vectors or python3 are absent: the command was tried on our own messages only");
        return;
    }
    const auto scored = run({"python3", (folder / "score.py").string(), binary(), folder.string()});
    INFO(scored.output << scored.errors);
    CHECK(scored.status == 0);
}
