#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>

#include <catch2/catch.hpp>

#include "tests/repository/tree.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;

namespace {

std::string complain(const std::function<std::string(const TreeFile&)>& judge) {
    std::string complaints;
    for (const auto& file : project_files())
        if (const auto why = judge(file); !why.empty()) complaints += file.path + ": " + why + "\n";
    return complaints;
}

// What a path in a text begins with when it is true on one machine only. In pieces, or this file would be found.
const std::vector<std::string> machine_paths{std::string("/wo") + "rk/", std::string("/tm") + "p/wt",
                                             std::string("/ro") + "ot/", std::string("/ho") + "me/"};

}  // namespace

TEST_CASE("no source file is longer than 400 lines") {
    CHECK(complain([](const TreeFile& file) {
              const auto count = file.lines().size();
              return !file.is_source() || count <= 400 ? "" : std::to_string(count) + " lines";
          }) == "");
}

TEST_CASE("no file names a path of somebody's machine") {
    CHECK(complain([](const TreeFile& file) {
              for (const auto& path : machine_paths)
                  if (file.text.find(path) != std::string::npos) return "holds " + path;
              return std::string();
          }) == "");
}

TEST_CASE("every header is guarded and opens no namespace on its readers") {
    CHECK(complain([](const TreeFile& file) {
              if (!file.ends_in(".h")) return std::string();
              if (file.text.find("#pragma once\n") == std::string::npos) return std::string("no #pragma once");
              for (const auto& line : file.lines())
                  if (line.starts_with("using namespace ")) return line;
              return std::string();
          }) == "");
}

// Two of one name link without a word, and one's members are taken for the other's.
TEST_CASE("no two headers define a type of the same name in our namespace") {
    const std::regex definition("(?:class|struct|enum class) (\\w+) [^;]*\\{[^;]*");
    std::map<std::string, std::string> seen;
    std::string complaints;
    for (const auto& file : project_files()) {
        if (!file.ends_in(".h") || file.is_in("tests/") ||
            file.text.find("\nnamespace fedmsgbot {") == std::string::npos)
            continue;
        for (const auto& line : file.lines()) {
            std::smatch match;
            if (!std::regex_match(line, match, definition)) continue;
            const auto [at, is_new] = seen.emplace(match[1], file.path);
            if (!is_new) complaints += match[1].str() + " in " + at->second + " and " + file.path + "\n";
        }
    }
    CHECK(seen.count("Message") == 1);
    CHECK(complaints == "");
}

TEST_CASE("a source includes its own header first, so that every header stands alone") {
    CHECK(complain([](const TreeFile& file) {
              if (!file.ends_in(".cpp") || file.is_in("tests/")) return std::string();
              const auto own = file.path.substr(0, file.path.size() - 4) + ".h";
              const auto& all = project_files();
              const bool has_own = std::any_of(all.begin(), all.end(), [&](const auto& f) { return f.path == own; });
              const auto at = file.text.find("#include ");
              const bool is_first = at != std::string::npos && file.text.substr(at + 9).starts_with('"' + own + '"');
              return std::string(!has_own || is_first ? "" : "includes something before " + own);
          }) == "");
}

TEST_CASE("nothing is left to be done later") {
    const std::vector<std::string> marks{std::string("TO") + "DO", std::string("FIX") + "ME"};
    CHECK(complain([&](const TreeFile& file) {
              for (const auto& mark : marks)
                  if (file.is_source() && file.text.find(mark) != std::string::npos) return "holds " + mark;
              return std::string();
          }) == "");
}

TEST_CASE("no text has control characters, tabs for blanks, or an end without a line end") {
    CHECK(complain([](const TreeFile& file) {
              const bool is_seed = file.path.starts_with("tests/fuzz/corpus/");  // of a fuzzer: any bytes
              if (!is_seed && !file.text.empty() && file.text.back() != '\n')
                  return std::string("the last line has no end");
              if (!file.is_source()) return std::string();
              for (const char c : file.text)
                  if (static_cast<unsigned char>(c) < 0x20 && c != '\n') return std::string("a control character");
              return std::string();
          }) == "");
}

TEST_CASE("every file that a page of the documentation links to is there") {
    const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
    CHECK(complain([&](const TreeFile& file) {
              if (!file.ends_in(".md")) return std::string();
              const auto folder = (source_folder() / file.path).parent_path();
              std::string absent;
              for (std::sregex_iterator at(file.text.begin(), file.text.end(), link), end; at != end; ++at)
                  if (!std::filesystem::exists(folder / (*at)[1].str())) absent += " " + (*at)[1].str();
              return absent.empty() ? absent : "there is no" + absent;
          }) == "");
}

TEST_CASE("the page of the log explains every event that the program writes, and no other") {
    const std::regex call(R"(log::(?:debug|info|warn|error)\(([^{)]*))");
    const std::regex name(R"re(["`]([a-z_]+\.[a-z_]+)["`])re");
    std::set<std::string> written, explained;
    const auto collect = [&name](const std::string& text, std::set<std::string>& names) {
        for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) names.insert((*at)[1]);
    };
    for (const auto& file : project_files()) {
        if (file.path == "docs/log.md") collect(file.text, explained);
        if (!file.is_in("bot/") && !file.is_in("bridges/")) continue;
        for (std::sregex_iterator at(file.text.begin(), file.text.end(), call), end; at != end; ++at)
            collect((*at)[1].str(), written);
    }
    CHECK(written.contains("bot.started"));
    std::string complaints;
    for (const auto& event : written)
        if (!explained.contains(event)) complaints += event + " is not explained\n";
    for (const auto& event : explained)
        if (!written.contains(event)) complaints += event + " is not written\n";
    CHECK(complaints == "");
}
