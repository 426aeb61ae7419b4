#include "bot/commands/verify.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <fmt/format.h>

#include "bot/core/result.h"
#include "bot/trust/gate.h"

namespace fedmsgbot {

namespace {

// The bus' largest messages stay far under it.
constexpr std::size_t max_body_bytes = 16 * 1024 * 1024;

Result<std::string> read_body(std::istream& in, const std::string& name) {
    std::string bytes;
    char buffer[65536];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
        bytes.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (bytes.size() > max_body_bytes) return Problem{{name}, "too long for a message"};
    }
    if (in.bad()) return Problem{{name}, errno ? std::strerror(errno) : "cannot be read"};
    return bytes;
}

Result<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return Problem{{file.string()}, std::strerror(errno)};
    // A folder opens too, but cannot be read.
    if (std::filesystem::is_directory(file)) return Problem{{file.string()}, std::strerror(EISDIR)};
    return read_body(in, file.string());
}

int refuse(const Problems& problems) {
    fmt::print(stderr, "{}", describe(problems));
    return 2;
}

}  // namespace

int verify_command(const VerifyOptions& options) {
    auto verifier = make_verifier(options.trust);
    if (!verifier) return refuse(verifier.problems());
    int status = 0;
    const auto judge = [&](const Result<std::string>& body) {
        if (!body) {
            status = refuse(body.problems());
            return;
        }
        const auto verdict = verifier->verify(*body, options.frame_topic);
        fmt::print("{}\n", verdict.is_valid() ? "accept" : "reject: " + describe(verdict));
        if (!verdict.is_valid() && status == 0) status = 1;
    };
    if (options.files.empty()) judge(read_body(std::cin, "standard input"));
    for (const auto& file : options.files) judge(read_file(file));
    if (std::fflush(stdout) != 0) throw std::runtime_error(std::string("standard output: ") + std::strerror(errno));
    return status;
}

}  // namespace fedmsgbot
