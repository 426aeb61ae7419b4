#pragma once

namespace fedmsgbot::testing {

// Makes SQLite's n-th write or sync from now fail, and all later ones, as a broken disk does. Until it dies; one at a
// time. Counting starts when it is made, over all databases opened after the first one was made.
class FailingFiles {
public:
    enum class Failure { io, full };

    FailingFiles(int step, Failure failure);
    FailingFiles(const FailingFiles&) = delete;
    FailingFiles& operator=(const FailingFiles&) = delete;
    ~FailingFiles();

    static bool has_failed();  // since the last one was made
};

}  // namespace fedmsgbot::testing
