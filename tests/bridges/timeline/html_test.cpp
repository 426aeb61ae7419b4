#include "bridges/timeline/html.h"

#include <catch2/catch.hpp>

#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/times.h"

using namespace fedmsgbot;

TEST_CASE("hostile text is escaped for elements and attributes alike") {
    const auto [given, wanted] = GENERATE(table<std::string, std::string>({
        {"plain words", "plain words"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {R"(" onmouseover="x)", "&#34; onmouseover=&#34;x"},
        {"it's & that's", "it&#39;s &amp; that&#39;s"},
        {"&amp;", "&amp;amp;"},
        {std::string("a\0b", 3), "a\uFFFDb"},
        {"bell\x07"
         "back\x08",
         "bell\uFFFD"
         "back\uFFFD"},
        {"tab\tand\nline", "tab\tand\nline"},
        {"\x1b[31mred", "\uFFFD[31mred"},
        {"bad \xff byte", "bad \uFFFD byte"},
        {"cut \xe2\x82", "cut \uFFFD\uFFFD"},
        {"overlong \xc0\xbc", "overlong \uFFFD\uFFFD"},
        {"surrogate \xed\xa0\x80", "surrogate \uFFFD\uFFFD\uFFFD"},
        {"noncharacter \xef\xbf\xbf", "noncharacter \uFFFD"},
        {"c1 \xc2\x85", "c1 \uFFFD"},
        {"bidi \u202egnp.exe", "bidi gnp.exe"},
        {"isolate \u2066x\u2069", "isolate x"},
        {"Grüße 日本 🦊", "Grüße 日本 🦊"},
    }));
    CHECK(escape(given) == wanted);
}

TEST_CASE("only links to the web may be followed") {
    const auto [given, wanted] = GENERATE(table<std::string, std::string>({
        {"https://example.org/a?b=1&c=2", "https://example.org/a?b=1&amp;c=2"},
        {"http://example.org", "http://example.org"},
        {"javascript:alert(1)", ""},
        {"JaVaScRiPt:alert(1)", ""},
        {" javascript:alert(1)", ""},
        {"java\nscript:alert(1)", ""},
        {"data:text/html,<script>alert(1)</script>", ""},
        {"vbscript:x", ""},
        {"//example.org/x", ""},
        {"example.org/x", ""},
        {"", ""},
        {"https://example.org/\"><script>", "https://example.org/%22%3E%3Cscript%3E"},
        {"https://example.org/'x'", "https://example.org/&#39;x&#39;"},
    }));
    CHECK(safe_link(given) == wanted);
}

TEST_CASE("a link is shown by the host it really leads to") {
    CHECK(host_of("https://www.example.org:8443/path") == "example.org");
    CHECK(host_of("https://bodhi.fedoraproject.org@evil.example/x") == "evil.example");
    CHECK(host_of("http://[::1]:80/x") == "[::1]");
    CHECK(host_of("https://example.org?x") == "example.org");
    CHECK(host_of("javascript:alert(1)").empty());
}

TEST_CASE("JSON is laid out without touching its words") {
    CHECK(pretty_json(R"({"a":[1,2.50,{}],"b":{"c":"x, {y}: \"z\""},"d":[]})") ==
          "{\n  \"a\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"b\": {\n    \"c\": \"x, {y}: \\\"z\\\"\"\n  },\n"
          "  \"d\": []\n}");
    CHECK(pretty_json("{ \"a\" :\n 1 }") == "{\n  \"a\": 1\n}");
    CHECK(pretty_json("") == "");
}

TEST_CASE("JSON that is broken, deep or long is laid out within bounds") {
    CHECK(pretty_json("]]}}{\"open") == "]\n]\n}\n}{\n  \"open");
    CHECK(pretty_json("\"\\") == "\"\\");
    CHECK(pretty_json("[\"\xff\"]") == "[\n  \"\uFFFD\"\n]");
    CHECK(pretty_json("[\"\u202e\"]") == "[\n  \"\\u202e\"\n]");
    const std::string deep(10000, '[');
    CHECK(pretty_json(deep).size() < deep.size() * 70);
    const auto cut = pretty_json("[" + std::string(5000, '1') + "]", 1000);
    CHECK(cut.size() < 1100);
    CHECK(cut.ends_with("\n\u2026"));
}

TEST_CASE("long text ends at a word") {
    CHECK(shorten("short", 10) == "short");
    CHECK(shorten("some words that go on", 14) == "some words\u2026");
}

TEST_CASE("times are written in English and UTC") {
    const SystemTime time = std::chrono::system_clock::from_time_t(1385298309) + std::chrono::milliseconds(999);
    CHECK(iso_time(time) == "2013-11-24T13:05:09Z");
    CHECK(full_time(time) == "2013-11-24 13:05:09 UTC");
    CHECK(clock_time(time) == "13:05");
    CHECK(day_name(time) == "Sunday, 24 November 2013");
    CHECK(http_time(time) == "Sun, 24 Nov 2013 13:05:09 GMT");
    CHECK(iso_time(SystemTime(std::chrono::seconds(-1))) == "1969-12-31T23:59:59Z");
}

TEST_CASE("an entry's permanent name is made of the message's id alone") {
    CHECK(permanent_id("2013-abc") == permanent_id("2013-abc"));
    CHECK(permanent_id("2013-abc") != permanent_id("2013-abd"));
    // Written down, because it must never change: feed readers would show every entry again.
    CHECK(permanent_id("2013-abc") == "urn:uuid:4b4a4a9d-77d4-51a0-9208-9dc908e4e0c5");
    CHECK(random_id() != random_id());
    CHECK(random_id().size() == permanent_id("x").size());
}
