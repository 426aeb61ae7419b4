#include "bot/source/line_reader.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace fedmsgbot {

namespace {

constexpr std::size_t buffer_bytes = 64 * 1024;

}  // namespace

Result<LineReader> LineReader::open(const std::filesystem::path& path) {
    const auto problem = [&](int error) { return Problem{{path.string()}, std::strerror(error)}; };
    std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "re"));
    if (!file) return problem(errno);
    struct stat status {};
    if (::fstat(::fileno(file.get()), &status) != 0) return problem(errno);
    // A folder opens like a file and fails at the first read.
    if (S_ISDIR(status.st_mode)) return problem(EISDIR);
    return LineReader(path.string(), std::move(file));
}

LineReader LineReader::standard_input() {
    std::unique_ptr<std::FILE, Close> file(::fdopen(::dup(STDIN_FILENO), "r"));
    if (!file) throw std::runtime_error(std::string("standard input: ") + std::strerror(errno));
    return LineReader("standard input", std::move(file));
}

LineReader::LineReader(std::string name, std::unique_ptr<std::FILE, Close> file)
    : name_(std::move(name)), file_(std::move(file)) {}

LineReader::Step LineReader::next(std::string& line) {
    line.clear();
    bool is_too_long = false;
    bool has_any = false;
    while (at_ < buffer_.size() || fill()) {
        has_any = true;
        const auto end = buffer_.find('\n', at_);
        const auto stop = end == std::string::npos ? buffer_.size() : end;
        is_too_long = is_too_long || line.size() + (stop - at_) > most_bytes;
        if (!is_too_long) line.append(buffer_, at_, stop - at_);
        at_ = end == std::string::npos ? stop : end + 1;
        if (end != std::string::npos) break;
    }
    if (!has_any) return Step::end;
    ++line_number_;
    if (is_too_long) {
        line.clear();
        return Step::too_long;
    }
    if (line.ends_with('\r')) line.pop_back();
    return Step::line;
}

bool LineReader::fill() {
    buffer_.resize(buffer_bytes);
    at_ = 0;
    ssize_t size = 0;
    // Not fread: it waits until its buffer is full, and what a pipe brings is to be had at once.
    do size = ::read(::fileno(file_.get()), buffer_.data(), buffer_.size());
    while (size < 0 && errno == EINTR);
    if (size < 0) throw std::runtime_error(name_ + ": " + std::strerror(errno));
    buffer_.resize(static_cast<std::size_t>(size));
    return size > 0;
}

void LineReader::rewind() {
    std::rewind(file_.get());
    buffer_.clear();
    at_ = 0;
    line_number_ = 0;
}

}  // namespace fedmsgbot
