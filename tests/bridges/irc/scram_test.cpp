#include "bridges/irc/scram.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

// The example of RFC 7677, which nobody here computed.
Scram example() { return {"user", "pencil", "rOprNGfwEbeRWgbNEkqO"}; }
const std::string nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string challenge = "r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

}  // namespace

TEST_CASE("SCRAM-SHA-256 says what the RFC's example says") {
    auto scram = example();
    CHECK(scram.first() == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    CHECK(scram.answer(challenge) == "c=biws,r=" + nonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    CHECK(scram.is_proven_by("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
}

TEST_CASE("a server that does not know the password itself is not believed") {
    const auto last =
        GENERATE(std::string(), std::string("v="), std::string("e=invalid-proof"),
                 std::string("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), std::string("v=6rriTQ=="));
    auto scram = example();
    CHECK_FALSE(scram.is_proven_by("v="));
    REQUIRE(scram.answer(challenge));
    CHECK_FALSE(scram.is_proven_by(last));
    CHECK_FALSE(scram.why().empty());
}

TEST_CASE("a challenge that is wrong is not answered") {
    const auto bad = GENERATE_COPY(std::string(), std::string("r=,s=,i="), "r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==",
                                   std::string("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
                                   std::string("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
                                   "r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
                                   "r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=999999999",
                                   "r=" + nonce + ",s=?,i=4096", "m=extension," + challenge, std::string(10000, 'r'));
    auto scram = example();
    CHECK_FALSE(scram.answer(bad));
    CHECK_FALSE(scram.why().empty());
}

TEST_CASE("a name with a comma or an equals sign is escaped, and no nonce comes twice") {
    CHECK(Scram("a=b,c", "p", "x").first() == "n,,n=a=3Db=2Cc,r=x");
    CHECK(Scram("a", "p").first() != Scram("a", "p").first());
}
