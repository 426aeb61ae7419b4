#include "config/file_text.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

constexpr std::size_t max_secret_bytes = std::size_t{64} * 1024;

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

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

}  // namespace fedmsgbot
