#include "config/publish_settings.h"

namespace fedmsgbot {

using namespace std::chrono_literals;

namespace {

void check(Table& table, const PublisherSettings& settings) {
    if (!settings.relay.empty() && !settings.bind.empty())
        table.fail("bind", "\"relay\" and \"bind\" exclude each other");
    if (settings.cert_file.empty() != settings.key_file.empty())
        table.fail(settings.cert_file.empty() ? "key_file" : "cert_file",
                   "\"cert_file\" and \"key_file\" go together: one of them is missing");
    if (settings.topic_prefix.empty()) table.fail("topic_prefix", "\"topic_prefix\" must not be empty");
    if (settings.environment.empty()) table.fail("environment", "\"environment\" must not be empty");
    if (settings.wait < 1ms || settings.wait > 1h) table.fail("wait", "\"wait\" must be from \"1ms\" to \"1h\"");
}

}  // namespace

PublisherSettings read_publish_settings(Table& root) {
    PublisherSettings settings;
    auto table = root.table("publish");
    if (!table) return settings;
    settings.topic_prefix = table->text("topic_prefix", settings.topic_prefix);
    settings.environment = table->text("environment", settings.environment);
    settings.username = table->text("username", settings.username);
    settings.relay = table->text("relay", settings.relay);
    settings.bind = table->text("bind", settings.bind);
    settings.cert_file = table->text("cert_file", "");
    settings.key_file = table->text("key_file", "");
    settings.wait = table->duration("wait", settings.wait);
    check(*table, settings);
    return settings;
}

Result<PublisherSettings> read_publish_file(const std::filesystem::path& file) {
    auto root = Table::from_file(file);
    if (!root) return root.problems();
    auto settings = read_publish_settings(*root);
    for (const auto& key : root->keys()) root->ignore(key);
    if (auto problems = root->problems(); !problems.empty()) return problems;
    return settings;
}

}  // namespace fedmsgbot
