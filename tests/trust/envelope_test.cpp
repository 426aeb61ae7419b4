#include "bot/trust/envelope.h"

#include <string>

#include <catch2/catch.hpp>

#include "bot/trust/plain_run.h"

using namespace fedmsgbot;

TEST_CASE("an envelope tells what is signed and by whom, however its writer spells it") {
    Envelope envelope;
    REQUIRE(envelope.read(R"({"topic":"a.b","msg":{"z":1,"y":[1.50]},"certificate":"Q\u0030\n", "signature" :"old",
                              "crypto":"x509","\u0073ignature":"new"})") == "");
    CHECK(envelope.signed_bytes() == R"({"crypto":"x509","msg":{"y":[1.5],"z":1},"topic":"a.b"})");
    CHECK(envelope.topic.text() == "a.b");
    CHECK(envelope.crypto.written == "\"x509\"");
    CHECK(envelope.signature.text() == "new");  // of equal keys the last counts
    CHECK(envelope.certificate.text() == "Q0\n");
    REQUIRE(envelope.read(R"({"signature":null})") == "");
    CHECK(envelope.signed_bytes() == "{}");
    CHECK_FALSE(envelope.signature.is_missing());
    CHECK_FALSE(envelope.signature.is_text());
    CHECK(envelope.signature.text() == "");
    CHECK(envelope.topic.is_missing());
    CHECK(envelope.read("[]") == "a value of another kind");
    CHECK(envelope.read("{") == "not JSON: no key at byte 1");
}

TEST_CASE("keys are in the order of their code points, escaped or not, at every depth") {
    Envelope envelope;
    REQUIRE(envelope.read("{\"\\ud83d\\ude00\":1,\"\xef\xbf\xae\":{\"b\":1,\"a\":2,\"b\":3},\"~\":0,\"\\n\":9}") == "");
    CHECK(envelope.signed_bytes() == R"({"\n":9,"~":0,"\uffee":{"a":2,"b":3},"\ud83d\ude00":1})");
}

TEST_CASE("a run of plain bytes ends at the first that is not, wherever it stands") {
    for (std::size_t length = 0; length < 70; ++length)
        for (const int bad : {0, 0x1f, 0x22, 0x5c, 0x7f, 0x80, 0xff}) {
            std::string text(length, 'x');
            text += static_cast<char>(bad);
            text += std::string(40, ' ') + "\"";
            CHECK(skip_plain(text.data(), text.data() + text.size()) == text.data() + length);
            CHECK(skip_plain(text.data(), text.data() + length) == text.data() + length);
        }
}
