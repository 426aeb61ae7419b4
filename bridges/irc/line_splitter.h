#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fedmsgbot {

// Makes lines of a server's bytes, whatever pieces they come in. Bounded: a line longer than the protocol allows is
// skipped up to its end and counted, so that a hostile server costs neither memory nor the connection.
class LineSplitter {
public:
    static constexpr std::size_t max_bytes = 8191 + 512;  // tags, then the message

    // Calls hear(line), without CR LF, for each line that is now complete. Empty lines are passed over.
    template <class Hear>
    void feed(std::string_view bytes, Hear&& hear) {
        for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
            keep(bytes.substr(0, end));
            bytes.remove_prefix(end + 1);
            if (finish()) hear(std::string_view(line_));
            line_.clear();
        }
        keep(bytes);
    }

    std::uint64_t skipped() const { return skipped_; }

private:
    void keep(std::string_view part);
    bool finish();  // true when line_ is a line to be heard

    std::string line_;
    bool skipping_ = false;
    std::uint64_t skipped_ = 0;
};

}  // namespace fedmsgbot
