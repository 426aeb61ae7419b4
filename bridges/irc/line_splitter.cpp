#include "bridges/irc/line_splitter.h"

namespace fedmsgbot {

void LineSplitter::keep(std::string_view part) {
    if (skipping_) return;
    if (line_.size() + part.size() > max_bytes) {
        skipping_ = true;
        line_.clear();
        return;
    }
    line_ += part;
}

bool LineSplitter::finish() {
    if (skipping_) {
        skipping_ = false;
        ++skipped_;
        return false;
    }
    while (line_.ends_with('\r')) line_.pop_back();
    return !line_.empty();
}

}  // namespace fedmsgbot
