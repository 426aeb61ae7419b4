#include "config/catch_up_settings.h"

#include <fmt/format.h>

namespace fedmsgbot {

using namespace std::chrono_literals;

bool is_archive_address(std::string_view text) {
    const auto scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
    // A user or a password would stand in every log line; a question of its own would spoil ours.
    return scheme > 0 && text.size() > static_cast<std::size_t>(scheme) &&
           text.find_first_of(" \t\r\n@?#\"<>") == std::string_view::npos;
}

CatchUpSettings read_catch_up_settings(Table& source) {
    CatchUpSettings settings;
    auto table = source.table("catch_up");
    if (!table) return settings;
    const auto time = [&](std::string_view key, std::chrono::milliseconds fallback, std::chrono::milliseconds least,
                          std::chrono::milliseconds most) {
        const auto given = table->duration(key, fallback);
        if (given >= least && given <= most) return given;
        table->fail(key, fmt::format("\"{}\" must be from \"{}ms\" to \"{}ms\"", key, least.count(), most.count()));
        return fallback;
    };
    settings.archive = table->text("archive");
    if (!settings.archive.empty() && !is_archive_address(settings.archive))
        table->fail("archive",
                    "an archive is https://host/path or http://host/path, without user, password and question");
    settings.max_age = time("max_age", settings.max_age, 1min, 24h * 365);
    settings.overlap = time("overlap", settings.overlap, 0ms, 24h);
    settings.delay = time("delay", settings.delay, 0ms, 1h);
    settings.every = time("every", settings.every, 1ms, 1h);
    settings.timeout = time("timeout", settings.timeout, 1s, 10min);
    settings.page = static_cast<std::size_t>(table->number("page", static_cast<std::int64_t>(settings.page), 1, 100));
    settings.max_messages = static_cast<std::uint64_t>(
        table->number("max_messages", static_cast<std::int64_t>(settings.max_messages), 1, 10'000'000));
    settings.max_page_bytes = static_cast<std::size_t>(table->number(
        "max_page_bytes", static_cast<std::int64_t>(settings.max_page_bytes), 64 * 1024, 256 * 1024 * 1024));
    return settings;
}

}  // namespace fedmsgbot
