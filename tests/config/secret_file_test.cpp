#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "config/file_text.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

std::size_t files_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) count += entry.exists() ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("a secret is kept for its owner's eyes only, whatever the mask and the file before") {
    const TempFolder folder;
    const auto before = ::umask(0);
    CHECK(write_secret_file(folder / "token", "s3cret").empty());
    ::umask(before);
    CHECK(mode_of(folder / "token") == 0600);
    CHECK(read_file(folder / "token") == "s3cret\n");
    std::filesystem::permissions(folder / "token", std::filesystem::perms::all);
    CHECK(write_secret_file(folder / "token", "another").empty());
    CHECK(mode_of(folder / "token") == 0600);
    CHECK(read_secret_file(folder / "token").value() == "another");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a secret goes to where a link leads, and the link stays") {
    const TempFolder folder;
    std::filesystem::create_directory(folder / "real");
    std::filesystem::create_symlink("real/token", folder / "token");
    CHECK(write_secret_file(folder / "token", "s3cret").empty());
    CHECK(std::filesystem::is_symlink(folder / "token"));
    CHECK(read_file(folder / "real/token") == "s3cret\n");
}

TEST_CASE("root leaves a secret's file with the owner that it had") {
    if (::geteuid() != 0) return;  // nobody else may give files away
    const TempFolder folder;
    write_file(folder / "token", "old");
    REQUIRE(::chown((folder / "token").c_str(), 65534, 65534) == 0);
    CHECK(write_secret_file(folder / "token", "new").empty());
    struct stat found {};
    REQUIRE(::stat((folder / "token").c_str(), &found) == 0);
    CHECK(found.st_uid == 65534);
    CHECK(found.st_gid == 65534);
}

TEST_CASE("a secret that cannot be kept is told with its place and without itself, and what was there stays") {
    const TempFolder folder;
    const auto nowhere = write_secret_file(folder / "missing/token", "s3cret");
    REQUIRE(nowhere.size() == 1);
    CHECK(describe(nowhere).find("missing/token: cannot be written: ") != std::string::npos);
    CHECK(describe(nowhere).find("s3cret") == std::string::npos);
    CHECK_FALSE(secret_file_hindrance(folder / "missing/token").empty());
    std::filesystem::create_directory(folder / "folder");
    CHECK_FALSE(write_secret_file(folder / "folder", "s3cret").empty());
    CHECK_FALSE(secret_file_hindrance(folder / "folder").empty());
    CHECK(std::filesystem::is_directory(folder / "folder"));
    CHECK(files_in(folder.path()) == 1);
    CHECK(secret_file_hindrance(folder / "token").empty());
}
