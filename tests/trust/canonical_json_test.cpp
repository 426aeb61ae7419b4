#include "bot/trust/canonical_json.h"

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bot/core/json.h"
#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using testing::read_file;
using testing::TempFolder;
using testing::write_file;

namespace {

struct Pair {
    std::string in, out;
};

std::string canonical(const std::string& in) {
    const auto written = canonical_json(in);
    return written ? *written : "(" + written.problems().front().text + ")";
}

// A JSON text as strangers might spell it, of everything that a writer can do differently.
class Stranger {
public:
    explicit Stranger(unsigned seed) : random_(seed) {}

    std::string value(int depth = 0) {
        switch (below(depth < 4 ? 8 : 5)) {
            case 0:
                return text();
            case 1:
                return integer();
            case 2:
                return real();
            case 3:
                return text();
            case 4:
                return pick({"null", "true", "false", "NaN", "Infinity", "-Infinity", "-0", "0", "-0.0", "{}", "[]"});
            case 5:
                return list('[', ']', depth, false);
            default:
                return list('{', '}', depth, true);
        }
    }

private:
    unsigned below(unsigned limit) { return static_cast<unsigned>(random_()) % limit; }
    std::string pick(const std::vector<std::string>& all) { return all[below(static_cast<unsigned>(all.size()))]; }
    std::string blank() { return pick({"", "", "", " ", "\t", "\r\n"}); }

    std::string digits(unsigned most) {
        std::string out(1, static_cast<char>('1' + below(9)));
        for (unsigned n = below(most); n > 0; --n) out += static_cast<char>('0' + below(10));
        return out;
    }
    std::string integer() { return pick({"", "-"}) + digits(below(20) == 0 ? 300 : 20); }
    std::string real() {
        const auto fraction = "." + std::string(below(3), '0') + digits(18);
        const auto exponent = pick({"e", "E"}) + pick({"", "+", "-"}) + std::to_string(below(below(10) ? 25 : 340));
        return pick({"", "-"}) + pick({"0", digits(18)}) + pick({fraction, exponent, fraction + exponent});
    }
    std::string text() {
        std::string out = "\"";
        for (unsigned n = below(6); n > 0; --n)
            out += pick({"a",
                         "b",
                         "~",
                         "\x7f",
                         "/",
                         "\\/",
                         "\\\"",
                         "\\\\",
                         "\\n",
                         "\\b",
                         "\\f",
                         "\\t",
                         "\\u0041",
                         "\\u00e9",
                         "\xc3\xa9",
                         "\xe2\x82\xac",
                         "\xef\xbf\xae",
                         "\xf0\x9f\x98\x80",
                         "\\uD83D\\uDE00",
                         "\\ud83d",
                         "\\udE00",
                         "\\u0000",
                         "\\u001F",
                         "\\u2028"});
        return out + '"';
    }
    std::string list(char open, char close, int depth, bool has_keys) {
        std::string out(1, open);
        const unsigned count = below(5);
        for (unsigned n = 0; n < count; ++n) {
            if (n > 0) out += ",";
            out += blank();
            if (has_keys) out += text() + blank() + ":" + blank();
            out += value(depth + 1) + blank();
        }
        return out + close;
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("the canonical form is what Python writes") {
    const auto& [in, out] = GENERATE(values<Pair>({
        {R"( { "b" : 1 , "a" : [ ] } )", R"({"a":[],"b":1})"},
        {R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
        {R"({"b":{"z":1,"y":2},"a":0})", R"({"a":0,"b":{"y":2,"z":1}})"},
        {"{\"\\ud83d\\ude00\":1,\"\\uffee\":2}", R"({"\uffee":2,"\ud83d\ude00":1})"},
        {R"(["\ud83d","\ude00\ud83d","\ud83d\u0041"])", R"(["\ud83d","\ude00\ud83d","\ud83dA"])"},
        {"\"\xc3\xa9\x7f\\/\\u001F\"", R"("\u00e9\u007f/\u001f")"},
        {"[-0,-0.0,1E2,1e15,1e16,0.00001,0.0001,1e400,-1e400,1e-400]",
         "[0,-0.0,100.0,1000000000000000.0,1e+16,1e-05,0.0001,Infinity,-Infinity,0.0]"},
        {"[5e-324,1.7976931348623157e308,123456789.125,9007199254740993.0,12e-7]",
         "[5e-324,1.7976931348623157e+308,123456789.125,9007199254740992.0,1.2e-06]"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"[NaN,Infinity,-Infinity,null,true,false]", "[NaN,Infinity,-Infinity,null,true,false]"},
    }));
    CHECK(canonical(in) == out);
    CHECK(canonical(out) == out);
}

TEST_CASE("what Python does not read is not read") {
    const auto in = GENERATE(as<std::string>(), "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "-", "+1",
                             "1e", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"",
                             "\xef\xbb\xbf{}", "{} x", "nan", "-NaN", "'a'", "\"", "\"\\", "[1 2]", "{\"a\" 1}");
    INFO(in);
    CHECK_FALSE(canonical_json(in));
}

TEST_CASE("depth and digits are bounded") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(canonical_json(nested(JsonDocument::max_depth)));
    CHECK_FALSE(canonical_json(nested(1'000'000)));
    CHECK(canonical_json(std::string(max_integer_digits, '7')));
    CHECK_FALSE(canonical_json(std::string(max_integer_digits + 1, '7')));
}

TEST_CASE("members are found with their texts, and an object is written without some of them") {
    const auto members = canonical_members(R"({"b":"\u0041","a":{"y":1,"x":2},"c":null,"b":"B"})");
    REQUIRE(members);
    REQUIRE(members->size() == 3);
    CHECK(members->at(0).value == R"({"x":2,"y":1})");
    CHECK_FALSE(members->at(0).text);
    CHECK(members->at(1).text == "B");
    CHECK(canonical_object(*members, {"a"}) == R"({"b":"B","c":null})");
    CHECK_FALSE(canonical_members("[]"));
    CHECK_FALSE(canonical_members("\"x\""));
}

TEST_CASE("100,000 generated values have Python's own canonical form") {
    if (testing::run({"/bin/sh", "-c", "command -v python3"}).status != 0) {
        WARN("python3 is not installed: its json module was not compared with");
        return;
    }
    std::string in, ours;
    Stranger stranger(20120101);
    for (int n = 0; n < 100'000; ++n) {
        auto value = stranger.value();
        ours += canonical(value) + "\n";
        // Blanks of other lines would tear one value apart; to JSON they are all the same.
        for (auto& c : value)
            if (c == '\r' || c == '\n') c = ' ';
        in += value + "\n";
    }
    const TempFolder folder;
    write_file(folder / "in", in);
    write_file(folder / "dump.py",
               "import json, sys\n"
               "with open(sys.argv[1], encoding='utf-8', newline='\\n') as f, open(sys.argv[2], 'w') as out:\n"
               "    for line in f.read().split('\\n')[:-1]:\n"
               "        out.write(json.dumps(json.loads(line), sort_keys=True, separators=(',', ':')) + '\\n')\n");
    const auto dumped =
        testing::run({"python3", (folder / "dump.py").string(), (folder / "in").string(), (folder / "out").string()});
    INFO(dumped.errors);
    REQUIRE(dumped.status == 0);
    const auto theirs = read_file(folder / "out");
    const bool is_same = theirs == ours;  // not in CHECK, which would print all of it
    CHECK(is_same);
    CHECK(theirs.size() > 1'000'000);
}
