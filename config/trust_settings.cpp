#include "config/source_settings.h"

#include <algorithm>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

std::optional<std::filesystem::path> read_path(Table& source, std::string_view key) {
    if (!source.has(key)) return std::nullopt;
    return source.text(key);
}

std::string read_address(Table& source, std::string_view key, std::string_view file) {
    auto url = source.text(key, "");
    if (!url.empty() && !url.starts_with("https://"))
        source.fail(key, fmt::format("\"{}\" must begin with https://: who can change it can forge messages", key));
    if (source.has(key) && source.has(file))
        source.fail(key, fmt::format("\"{}\" and \"{}\" exclude each other", key, file));
    return url;
}

}  // namespace

Demand read_demand(Table& table, std::string_view fallback) {
    std::vector<std::string> choices = {"require", "mark", "ignore"};
    const auto first = std::find(choices.begin(), choices.end(), fallback);
    if (first != choices.end()) std::rotate(choices.begin(), first, first + 1);
    const auto chosen = table.choice("trust", std::move(choices));
    if (chosen == "require") return Demand::require;
    return chosen == "mark" ? Demand::mark : Demand::ignore;
}

TrustSettings read_trust_settings(Table& source) {
    TrustSettings settings;
    settings.ca_file = read_path(source, "ca_file");
    settings.crl_file = read_path(source, "crl_file");
    settings.policy_file = read_path(source, "policy_file");
    settings.ca_url = read_address(source, "ca_url", "ca_file");
    settings.crl_url = read_address(source, "crl_url", "crl_file");
    settings.is_nitpicky = source.flag("nitpicky", false);
    settings.accepts_sha256 = source.flag("sha256", false);
    settings.fetch_every = source.duration("fetch_every", settings.fetch_every);
    if (settings.fetch_every < 1min) source.fail("fetch_every", "\"fetch_every\" must be at least \"1m\"");
    // Who names a CA wants its signatures to count.
    settings.demand = read_demand(source, settings.can_verify() ? "require" : "ignore");
    if (settings.can_verify()) return settings;
    if (settings.demand != Demand::ignore)
        source.fail("trust", "signatures cannot be checked without a \"ca_file\" or \"ca_url\"");
    for (const auto* key : {"crl_file", "crl_url", "policy_file", "nitpicky", "sha256", "fetch_every"})
        if (source.has(key)) source.fail(key, fmt::format("\"{}\" needs a \"ca_file\" or \"ca_url\" beside it", key));
    return settings;
}

TrustSettings read_no_trust_settings(Table& source) {
    if (source.has("trust")) {
        source.ignore("trust");
        source.fail("trust", "a broker vouches for who sends: a source of kind amqp has no \"trust\"");
    }
    return {};
}

}  // namespace fedmsgbot
