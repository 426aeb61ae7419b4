#include "config/file_text.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fedmsgbot {

namespace {

constexpr std::size_t max_secret_bytes = std::size_t{64} * 1024;

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

// A descriptor that is closed with it.
struct Descriptor {
    explicit Descriptor(int opened) : number(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
    int number;
};

// Where a link leads, also one whose end is not there yet; in a circle of them, somewhere on it.
std::filesystem::path end_of_links(std::filesystem::path path) {
    std::error_code ignored;
    for (int links = 0; links < 40 && std::filesystem::is_symlink(path, ignored); ++links)
        path = path.parent_path() / std::filesystem::read_symlink(path, ignored);
    return path;
}

std::string last_error() { return std::generic_category().message(errno); }

Result<std::string> finish_secret(std::string secret, const std::string& origin) {
    const auto end = secret.find_last_not_of(" \t\r\n\v\f");
    secret.erase(end == std::string::npos ? 0 : end + 1);
    if (secret.empty()) return Problem{{}, fmt::format("{} is empty", origin)};
    return secret;
}

}  // namespace

Result<std::string> read_file_text(const std::filesystem::path& path, std::size_t most) {
    const auto fail = [&](const std::string& why) {
        return Problem{{path.string(), 0, 0}, fmt::format("cannot be read: {}", why)};
    };
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "re"));
    if (!file) return fail(last_error());
    std::string text;
    char buffer[65536];
    while (const auto count = std::fread(buffer, 1, sizeof buffer, file.get())) {
        text.append(buffer, count);
        if (text.size() > most) return fail(fmt::format("it is larger than {} bytes", most));
    }
    if (std::ferror(file.get())) return fail(last_error());
    return text;
}

Result<std::string> read_secret_file(const std::filesystem::path& path) {
    auto text = read_file_text(path, max_secret_bytes);
    if (!text) return Problem{{}, fmt::format("{} {}", path.string(), text.problems().front().text)};
    return finish_secret(std::move(*text), path.string());
}

Result<std::string> read_secret_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (!value) return Problem{{}, fmt::format("the environment variable {} is not set", name)};
    return finish_secret(value, fmt::format("the environment variable {}", name));
}

Problems write_secret_file(const std::filesystem::path& path, const std::string& secret) {
    const auto file = end_of_links(path);  // a link stays a link
    auto fresh = file;
    fresh += fmt::format(".{}.new", ::getpid());
    const auto fail = [&] {
        const auto why = last_error();
        ::unlink(fresh.c_str());
        return Problems{{{path.string(), 0, 0}, fmt::format("cannot be written: {}", why)}};
    };
    ::unlink(fresh.c_str());
    const Descriptor out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (out.number < 0) return fail();
    // Root may do this for the bot's own user; who else writes another's file cannot give it away, nor must.
    struct stat before {};
    if (::stat(file.c_str(), &before) == 0 && ::geteuid() == 0 &&
        ::fchown(out.number, before.st_uid, before.st_gid) != 0)
        return fail();
    const std::string text = secret + '\n';
    for (std::size_t written = 0; written < text.size();) {
        const auto count = ::write(out.number, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail();
        written += static_cast<std::size_t>(count);
    }
    if (::fsync(out.number) != 0 || ::rename(fresh.c_str(), file.c_str()) != 0) return fail();
    const auto parent = file.parent_path();
    const Descriptor folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number >= 0) ::fsync(folder.number);  // some file systems cannot; the file is there all the same
    return {};
}

Problems secret_file_hindrance(const std::filesystem::path& path) {
    std::error_code ignored;
    const auto file = end_of_links(path);
    const auto fail = [&](const std::string& why) { return Problems{{{path.string(), 0, 0}, why}}; };
    if (std::filesystem::is_directory(file, ignored)) return fail("cannot be written: it is a folder");
    const auto parent = file.parent_path().empty() ? std::filesystem::path(".") : file.parent_path();
    if (::access(parent.c_str(), W_OK | X_OK) != 0)
        return fail(fmt::format("cannot be written: {}: {}", parent.string(), last_error()));
    return {};
}

}  // namespace fedmsgbot
