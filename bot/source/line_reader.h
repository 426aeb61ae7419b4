#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "bot/core/result.h"

namespace fedmsgbot {

// Reads a file line by line without trusting it: a line longer than `most_bytes` is skipped, not kept. Blocks for the
// disk, or for who writes to a pipe. One thread.
class LineReader {
public:
    static constexpr std::size_t most_bytes = 4 * 1024 * 1024;

    enum class Step { line, too_long, end };

    // A problem when the file cannot be read.
    static Result<LineReader> open(const std::filesystem::path& path);

    // What a pipe brings is given line by line, as it comes.
    static LineReader standard_input();

    // A line without its end (LF or CR LF); the last line needs none. Throws std::runtime_error when the disk fails.
    Step next(std::string& line);

    void rewind();

    const std::string& name() const { return name_; }
    std::uint64_t line_number() const { return line_number_; }  // of the line that next() gave last; from 1

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    LineReader(std::string name, std::unique_ptr<std::FILE, Close> file);
    bool fill();

    std::string name_;
    std::unique_ptr<std::FILE, Close> file_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::uint64_t line_number_ = 0;
};

}  // namespace fedmsgbot
