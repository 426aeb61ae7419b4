#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "config/amqp_broker.h"
#include "config/fedora_messaging.h"
#include "config/source_settings.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t longest_name = 255;  // of whatever AMQP calls a short string

void read_queue(Table& source, AmqpSettings& settings) {
    settings.queue = source.text("queue", "");
    if (settings.queue.size() > longest_name) source.fail("queue", "a queue's name has at most 255 bytes");
    const bool has_name = !settings.queue.empty();
    settings.passive = source.flag("passive", false);
    settings.durable = source.flag("durable", has_name);
    settings.exclusive = source.flag("exclusive", !has_name);
    settings.auto_delete = source.flag("auto_delete", !has_name);
    settings.single_active_consumer = source.flag("single_active_consumer", false);
    if (settings.passive && !has_name) source.fail("passive", "a queue that is there already has a name: \"queue\"");
}

void read_bindings(Table& source, AmqpSettings& settings) {
    settings.posts = source.texts("posts");
    if (source.is_empty_list("posts")) source.fail("posts", "\"posts\" must not be empty");
    const bool has_posts = !settings.posts.empty();
    const auto exchange = source.text("exchange", has_posts ? posts_exchange : "amq.topic");
    if (exchange.size() > longest_name) source.fail("exchange", "an exchange's name has at most 255 bytes");
    auto keys = has_posts ? settings.posts : source.texts("topics");
    const auto* name = has_posts ? "posts" : "topics";
    if (has_posts && source.has("topics")) {
        source.ignore("topics");
        source.fail("topics", "\"topics\" and \"posts\" exclude each other");
    }
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i].size() > longest_name)
            source.fail(source.where_element(name, i), "a routing key has at most 255 bytes");
    if (keys.empty() && !source.is_empty_list("topics")) keys.emplace_back("#");
    for (auto& key : keys) settings.bindings.push_back({exchange, std::move(key)});
}

// One word for a thing: what the file says is not said again here.
void read_their_file(Table& source, AmqpSettings& settings) {
    const std::filesystem::path file = source.text("config_from");
    const auto queue = source.text("queue", "");
    settings.single_active_consumer = source.flag("single_active_consumer", false);
    for (const auto* key : {"url", "password_file", "password_env", "ca_file", "cert_file", "key_file", "passive",
                            "durable", "exclusive", "auto_delete", "exchange", "topics", "posts", "prefetch"}) {
        if (!source.has(key)) continue;
        source.ignore(key);
        source.fail(key, fmt::format("\"{}\" and \"config_from\" exclude each other", key));
    }
    if (file.empty()) return;
    if (!std::filesystem::exists(file))
        return source.miss(source.where("config_from"), fmt::format("{} is not there", file.string()));
    for (auto& problem : read_fedora_messaging(file, queue, settings))
        source.fail(std::move(problem.where), std::move(problem.text));
}

}  // namespace

AmqpSettings read_amqp_settings(Table& source) {
    AmqpSettings settings;
    if (source.has("config_from")) {
        read_their_file(source, settings);
    } else {
        read_amqp_broker(source, settings);
        read_queue(source, settings);
        read_bindings(source, settings);
        settings.prefetch = static_cast<std::uint16_t>(source.number("prefetch", settings.prefetch, 1, 10'000));
    }
    // A post has its message as a text, in which quotes count twice.
    if (!settings.posts.empty()) settings.max_body_bytes *= 4;
    settings.max_body_bytes = static_cast<std::size_t>(
        source.number("max_body_bytes", static_cast<std::int64_t>(settings.max_body_bytes), 1, 64 * 1024 * 1024));
    read_amqp_times(source, settings);
    return settings;
}

}  // namespace fedmsgbot
