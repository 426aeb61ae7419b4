#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/repository/tree.h"
#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;

namespace {

// The words of an array in ./run: `build_packages=(g++ cmake ...)`.
std::set<std::string> packages_of(const std::string& array) {
    const auto script = read_file(source_folder() / "run");
    const auto begin = script.find("\n" + array + "=(");
    if (begin == std::string::npos) return {};
    const auto open = script.find('(', begin) + 1;
    std::istringstream words(script.substr(open, script.find(')', open) - open));
    std::set<std::string> packages;
    for (std::string word; words >> word;) packages.insert(word);
    return packages;
}

// Where the compiler finds it; empty: in a folder that only it or pkg-config knows.
std::string path_of_header(const std::string& header) {
    std::vector<std::filesystem::path> folders{"/usr/include"};
    for (const auto& entry : std::filesystem::directory_iterator("/usr/include"))
        if (entry.path().filename().string().find("-linux-gnu") != std::string::npos) folders.push_back(entry.path());
    for (const auto& folder : folders)
        if (std::filesystem::is_regular_file(folder / header)) return (folder / header).string();
    return "";
}

// The package that a file came with; empty where none says so.
std::string package_of(const std::string& path) {
    const auto found = run({"dpkg-query", "-S", path});
    return found.status == 0 ? found.output.substr(0, found.output.find(':')) : "";
}

bool is_debian() { return run({"/bin/sh", "-c", "command -v dpkg-query"}).status == 0; }

}  // namespace

// The machine that runs this has the packages of the tests too, so no build of it would miss one.
TEST_CASE("the program includes nothing whose package ./run installs for the tests only") {
    if (!is_debian()) {
        WARN("no Debian here: whose header is whose was not checked");
        return;
    }
    const auto installed = packages_of("build_packages");
    REQUIRE(installed.size() > 10);

    std::set<std::string> headers;
    for (const auto& file : project_files())
        if (file.is_source() && !file.is_in("tests/"))
            for (const auto& header : system_includes(file)) headers.insert(header);
    REQUIRE(headers.count("sqlite3.h") == 1);

    std::size_t checked = 0;
    for (const auto& header : headers) {
        const auto path = path_of_header(header);
        const auto package = path.empty() ? "" : package_of(path);
        // The C library's come with any compiler.
        if (package.empty() || package == "libc6-dev" || package == "linux-libc-dev") continue;
        INFO(header << " is of " << package);
        CHECK(installed.count(package) == 1);
        ++checked;
    }
    CHECK(checked > 10);
}
