#include "bot/commands/import_fedmsg_config.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "bot/commands/fedmsg_config.h"
#include "bot/core/result.h"

namespace fedmsgbot {

namespace {

// Real ones are some 100 kB: a thousand endpoints.
constexpr std::size_t max_bytes = 16 * 1024 * 1024;

Result<std::string> read_bytes(std::istream& in, const std::string& name) {
    std::string bytes;
    char buffer[65536];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
        bytes.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (bytes.size() > max_bytes) return Problem{{name}, "too long for a configuration"};
    }
    if (in.bad()) return Problem{{name}, errno ? std::strerror(errno) : "cannot be read"};
    return bytes;
}

Result<std::string> read_input(const std::filesystem::path& file) {
    if (file == "-") return read_bytes(std::cin, "standard input");
    std::ifstream in(file, std::ios::binary);
    if (!in) return Problem{{file.string()}, std::strerror(errno)};
    // A folder opens too, but cannot be read.
    if (std::filesystem::is_directory(file)) return Problem{{file.string()}, std::strerror(EISDIR)};
    return read_bytes(in, file.string());
}

Problems write_policy(const std::filesystem::path& file, const std::string& policy) {
    std::ofstream out(file, std::ios::binary);
    out << (policy.empty() ? "{}" : policy) << '\n';
    out.close();
    if (!out) return {{{file.string()}, errno ? std::strerror(errno) : "cannot be written"}};
    return {};
}

int refuse(const Problems& problems) {
    fmt::print(stderr, "{}", describe(problems));
    return 2;
}

}  // namespace

int import_fedmsg_config_command(const ImportFedmsgConfigOptions& options) {
    const auto bytes = read_input(options.file);
    if (!bytes) return refuse(bytes.problems());
    const auto json = JsonDocument::parse(*bytes);
    if (!json) return refuse(json.problems());
    if (!json->root().is_object())
        return refuse({{{options.file.string()}, "not a JSON object, as fedmsg-config prints"}});
    std::error_code ignored;
    const auto policy_file = options.policy_out ? std::filesystem::absolute(*options.policy_out, ignored).string() : "";
    const auto imported = import_config(json->root(), policy_file);
    if (options.policy_out)
        if (const auto problems = write_policy(*options.policy_out, imported.policy); !problems.empty())
            return refuse(problems);
    fmt::print("{}", imported.toml);
    if (std::fflush(stdout) != 0) throw std::runtime_error(std::string("standard output: ") + std::strerror(errno));
    for (const auto& note : imported.notes) fmt::print(stderr, "{}\n", note);
    return 0;
}

}  // namespace fedmsgbot
