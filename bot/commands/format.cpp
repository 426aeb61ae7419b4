#include "bot/commands/format.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/text.h"
#include "formatters/rulebook.h"

namespace fedmsgbot {

namespace {

// Longer lines are read over and are no messages: the bus' largest stay far under it.
constexpr std::size_t max_line_bytes = 16 * 1024 * 1024;

Result<Accounts> read_accounts(const std::filesystem::path& path) {
    std::ifstream in(path);
    if (!in) return Problem{{path.string()}, std::strerror(errno)};
    const auto json = nlohmann::json::parse(in, nullptr, false);
    if (!json.is_object()) return Problem{{path.string()}, "not a JSON object of nick or e-mail -> account name"};
    Accounts accounts;
    for (const auto& [nick, account] : json.items()) {
        if (!account.is_string())
            return Problem{{path.string()}, fmt::format("the account of \"{}\" is no text", nick)};
        accounts[nick] = account.get<std::string>();
    }
    return accounts;
}

std::string plain(const Line& line) {
    if (line.is_silent) return fmt::format("{} -- (silent)", line.title);
    return fmt::format("{} -- {}{}{}", line.title, line.text, line.link.empty() ? "" : " ", line.link);
}

nlohmann::ordered_json optional_text(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

std::string as_json(const Message& message, const Line& line) {
    const nlohmann::ordered_json out = {{"topic", message.topic()},
                                        {"id", message.id()},
                                        {"rule", line.rule},
                                        {"silent", line.is_silent},
                                        {"title", line.title},
                                        {"text", line.text},
                                        {"link", optional_text(line.link)},
                                        {"icon", optional_text(line.icon)},
                                        {"secondary_icon", optional_text(line.secondary_icon)},
                                        {"agent", optional_text(line.agent)},
                                        {"usernames", line.usernames},
                                        {"packages", line.packages},
                                        {"objects", line.objects},
                                        {"long_form", optional_text(line.long_form)}};
    return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string no_message(const Problems& problems, bool as_json) {
    const auto why = clean_line(problems.front().text, 300);
    if (!as_json) return fmt::format("(no message: {})", why);
    return nlohmann::json{{"error", why}}.dump();
}

// False when a line was no message.
bool format_all(std::istream& in, const Rulebook& rulebook, bool is_json) {
    bool all_are_messages = true;
    for (std::string text; std::getline(in, text);) {
        const auto message = text.size() > max_line_bytes ? Result<Message>(Problem{{}, "a line that is too long"})
                                                          : Message::parse(text);
        if (!message) {
            all_are_messages = false;
            fmt::print("{}\n", no_message(message.problems(), is_json));
            continue;
        }
        const auto line = rulebook.render(*message);
        fmt::print("{}\n", is_json ? as_json(*message, line) : plain(line));
    }
    if (std::fflush(stdout) != 0) throw std::runtime_error(std::string("standard output: ") + std::strerror(errno));
    return all_are_messages;
}

int refuse(const Problems& problems) {
    fmt::print(stderr, "{}", describe(problems));
    return 2;
}

}  // namespace

int format_command(const FormatOptions& options) {
    Accounts accounts;
    if (options.accounts) {
        auto read = read_accounts(*options.accounts);
        if (!read) return refuse(read.problems());
        accounts = std::move(read).value();
    }
    const auto rulebook = Rulebook::load(options.rules, std::move(accounts));
    if (!rulebook) return refuse(rulebook.problems());
    std::ios::sync_with_stdio(false);
    if (!options.file) return format_all(std::cin, *rulebook, options.as_json) ? 0 : 1;
    std::ifstream in(*options.file, std::ios::binary);
    // A folder opens too, but cannot be read.
    if (!in || in.peek() == std::ifstream::traits_type::eof())
        if (!in.eof() || !std::filesystem::is_regular_file(*options.file))
            return refuse({Problem{{options.file->string()}, errno ? std::strerror(errno) : "cannot be read"}});
    in.clear();
    return format_all(in, *rulebook, options.as_json) ? 0 : 1;
}

}  // namespace fedmsgbot
