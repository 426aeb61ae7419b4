#include "tests/store/failing_files.h"

#include <limits>
#include <map>

#include <sqlite3.h>

namespace fedmsgbot::testing {

namespace {

constexpr int never = std::numeric_limits<int>::max();

int steps_left = never;
int failure_code = SQLITE_IOERR;
bool failed = false;
sqlite3_vfs* real = nullptr;

// SQLite has several tables of methods: one for the database, another for its log. Each is copied once, and stands
// before the one it was made of.
struct Methods {
    sqlite3_io_methods failing;
    const sqlite3_io_methods* real;
};
std::map<const sqlite3_io_methods*, Methods> known_methods;

const sqlite3_io_methods& real_methods(sqlite3_file* file) {
    return *reinterpret_cast<const Methods*>(file->pMethods)->real;
}

bool fails() {
    if (steps_left == never || --steps_left > 0) return false;
    steps_left = 1;
    failed = true;
    return true;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    return fails() ? failure_code : real_methods(file).xWrite(file, bytes, size, offset);
}

int sync(sqlite3_file* file, int flags) { return fails() ? failure_code : real_methods(file).xSync(file, flags); }

// A real file whose table of methods is exchanged: everything else stays SQLite's own.
int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = real->xOpen(real, name, file, flags, out_flags);
    if (code != SQLITE_OK || !file->pMethods) return code;
    const auto [known, is_new] = known_methods.try_emplace(file->pMethods, Methods{*file->pMethods, file->pMethods});
    if (is_new) {
        known->second.failing.xWrite = write;
        known->second.failing.xSync = sync;
    }
    file->pMethods = &known->second.failing;
    return code;
}

void install() {
    if (real) return;
    real = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs failing = *real;
    failing.zName = "failing";
    failing.pNext = nullptr;
    failing.xOpen = open;
    sqlite3_vfs_register(&failing, 1);
}

}  // namespace

FailingFiles::FailingFiles(int step, Failure failure) {
    install();
    failed = false;
    failure_code = failure == Failure::io ? SQLITE_IOERR_WRITE : SQLITE_FULL;
    steps_left = step;
}

FailingFiles::~FailingFiles() { steps_left = never; }

bool FailingFiles::has_failed() { return failed; }

}  // namespace fedmsgbot::testing
