#include "config/settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "config/noise_settings.h"
#include "config/publish_settings.h"
#include "config/route_settings.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

log::Level read_log_level(Table& root) {
    const auto name = root.choice("log_level", {"info", "debug", "warn", "error"});
    if (name == "debug") return log::Level::debug;
    if (name == "warn") return log::Level::warn;
    if (name == "error") return log::Level::error;
    return log::Level::info;
}

// A folder that is not there is no mistake of the file: the machine that reads it may not be the one it is for.
std::vector<std::filesystem::path> read_rule_folders(Table& root) {
    std::vector<std::filesystem::path> folders;
    const auto names = root.texts("rules");
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::error_code ignored;
        if (std::filesystem::is_directory(names[i], ignored))
            folders.emplace_back(names[i]);
        else
            root.miss(root.where_element("rules", i), fmt::format("there is no folder {}", clean_line(names[i], 200)));
    }
    return folders;
}

// A bridge's name is also the name of its file in the state folder, and the part before the slash in a target.
bool is_good_name(std::string_view name) {
    constexpr std::size_t max_name = 64;
    return !name.empty() && name.size() <= max_name && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

void check_name(const std::string& group, const std::string& name, Table& table) {
    if (!is_good_name(name)) {
        table.fail(table.where(),
                   fmt::format("the name of a {} is made of letters, digits, - and _, at most 64: \"{}\"", group,
                               clean_line(name, 100)));
    } else if (name == "journal") {
        table.fail(table.where(), fmt::format("a {} cannot be named \"journal\": the bot's own file is", group));
    }
}

std::vector<Settings::NamedTable> read_named(Table& root, const std::string& group) {
    std::vector<Settings::NamedTable> named;
    if (!root.has(group)) root.fail(root.where(), fmt::format("there is no {0}: a [{0}.NAME] is missing", group));
    for (auto& [name, table] : root.children(group)) {
        check_name(group, name, table);
        auto kind = table.text("kind");
        if (kind.empty()) table.ignore_all();
        named.push_back({name, std::move(kind), table});
    }
    return named;
}

void leave_out_without_kind(std::vector<Settings::NamedTable>& named) {
    named.erase(std::remove_if(named.begin(), named.end(), [](const auto& entry) { return entry.kind.empty(); }),
                named.end());
}

}  // namespace

Settings read_settings(Table& root) {
    Settings settings;
    settings.state_dir = root.text("state_dir");
    settings.rules = read_rule_folders(root);
    settings.grace = root.duration("grace", settings.grace);
    settings.log_level = read_log_level(root);
    settings.sources = read_named(root, "source");
    settings.bridges = read_named(root, "bridge");
    std::vector<std::string> names;
    for (const auto& bridge : settings.bridges) names.push_back(bridge.name);
    // Where all that comes is ready posts, others have routed them.
    const bool needs_routes = std::any_of(settings.sources.begin(), settings.sources.end(),
                                          [](const auto& source) { return !source.table.has("posts"); });
    if (!root.has("route") && (needs_routes || settings.sources.empty()))
        root.fail(root.where(), "there is no route: a [[route]] is missing");
    settings.routes = read_routes(root, names);
    settings.publish = read_publish_settings(root);
    leave_out_without_kind(settings.sources);
    leave_out_without_kind(settings.bridges);
    return settings;
}

OutboxKeys read_outbox_keys(Table& bridge, int burst, std::chrono::milliseconds every,
                            std::chrono::milliseconds backlog) {
    OutboxKeys keys{burst, every, 0ms, 1000, 0ms, false};
    if (auto pace = bridge.table("pace")) {
        keys.burst = static_cast<int>(pace->number("burst", burst, 1, 1000));
        keys.every = pace->duration("every", every);
    }
    keys.max_age = bridge.duration("max_age", keys.max_age);
    keys.backlog = bridge.duration("backlog", backlog);
    keys.tell_expired = bridge.flag("tell_expired", backlog.count() > 0);
    keys.budget = read_budget(bridge);
    keys.max_posts =
        static_cast<std::size_t>(bridge.number("max_posts", static_cast<std::int64_t>(keys.max_posts), 1, 100'000));
    return keys;
}

}  // namespace fedmsgbot
