#include "config/fedora_messaging.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/amqp_url.h"
#include "config/reader.h"

namespace fedmsgbot {

namespace {

// Of no use to who only reads; with what to say of each.
constexpr std::array<std::pair<const char*, const char*>, 8> without_meaning{{
    {"callback", "our rules and routes take its place"},
    {"publish_exchange", "for publishers"},
    {"topic_prefix", "for publishers"},
    {"publish_priority", "for publishers"},
    {"exchanges", "the exchanges must be there; fedora-messaging's consumers do not declare them either"},
    {"monitoring", "the log has our counters"},
    {"consumer_config", "for the callback"},
    {"log_config", "our key is log_level"},
}};

// Of a queue, as RabbitMQ knows them. The rest is flags.
constexpr std::array number_arguments{"x-message-ttl",
                                      "x-expires",
                                      "x-max-length",
                                      "x-max-length-bytes",
                                      "x-max-priority",
                                      "x-delivery-limit",
                                      "x-quorum-initial-group-size",
                                      "x-consumer-timeout"};
constexpr std::array text_arguments{
    "x-dead-letter-exchange", "x-dead-letter-routing-key", "x-dead-letter-strategy", "x-overflow", "x-queue-mode",
    "x-queue-type",           "x-queue-master-locator"};

void read_broker(Table& file, AmqpSettings& settings) {
    const auto url = parse_amqp_url(file.text("amqp_url", "amqp://?connection_attempts=3&retry_delay=5"));
    if (!url) return file.fail("amqp_url", "a broker is amqp://user@host:port/vhost or amqps://...");
    settings.tls = url->tls;
    settings.host = url->host.empty() ? "localhost" : url->host;
    settings.port = url->port;
    settings.vhost = url->vhost;
    if (!url->user.empty()) {
        settings.user = url->user;
        settings.password = url->password;
    }
    if (!url->query.empty() && file.has("amqp_url"))
        settings.ignored.push_back("the ?... of amqp_url (we connect again for ever: reconnect, reconnect_max)");
}

void read_tls(Table& file, AmqpSettings& settings) {
    auto tls = file.table("tls");
    if (!tls) return;
    const auto ca = tls->text("ca_cert", ""), certificate = tls->text("certfile", ""), key = tls->text("keyfile", "");
    if (certificate.empty() != key.empty())
        tls->fail(certificate.empty() ? "keyfile" : "certfile", "\"certfile\" and \"keyfile\" need each other");
    if (!settings.tls) {
        settings.ignored.emplace_back("tls (amqp_url is not amqps)");
        return;
    }
    settings.ca_file = ca;
    settings.cert_file = certificate;
    settings.key_file = key;
}

void read_client_properties(Table& file, AmqpSettings& settings) {
    auto properties = file.table("client_properties");
    if (!properties) return;
    for (const auto& key : properties->keys()) {
        if (key == "product" || key == "information" || key == "version") {
            properties->ignore(key);
            properties->fail(key, fmt::format("\"{}\" is fedora-messaging's own and cannot be set", key));
        } else if (key == "app_contacts_email") {
            settings.client_properties.emplace_back(key, fmt::format("{}", fmt::join(properties->texts(key), ", ")));
        } else {
            settings.client_properties.emplace_back(key, properties->text(key, ""));
        }
    }
}

void read_arguments(Table& queue, AmqpSettings& settings) {
    auto arguments = queue.table("arguments");
    if (!arguments) return queue.fail(queue.where(), "missing key \"arguments\"");
    for (const auto* key : number_arguments)
        if (arguments->has(key))
            settings.number_arguments.emplace_back(key, arguments->number(key, 0, 0, 1'000'000'000'000));
    for (const auto* key : text_arguments)
        if (arguments->has(key)) settings.text_arguments.emplace_back(key, arguments->text(key));
    if (arguments->flag("x-single-active-consumer", false)) settings.single_active_consumer = true;
}

void read_queue(Table& queue, AmqpSettings& settings) {
    const auto flag = [&](const char* key) {
        if (!queue.has(key)) queue.fail(queue.where(), fmt::format("missing key \"{}\"", key));
        return queue.flag(key, false);
    };
    settings.durable = flag("durable");
    settings.auto_delete = flag("auto_delete");
    settings.exclusive = flag("exclusive");
    read_arguments(queue, settings);
}

// Without the table it is fedora-messaging's default: one that the broker names.
void read_queues(Table& file, const std::string& wanted, AmqpSettings& settings) {
    auto queues = file.children("queues");
    if (queues.empty()) return;
    const auto found = std::find_if(queues.begin(), queues.end(), [&](const auto& queue) {
        return wanted.empty() ? queues.size() == 1 : queue.first == wanted;
    });
    for (auto& [name, table] : queues)
        if (found == queues.end() || name != found->first) table.ignore_all();
    if (found == queues.end())
        return file.fail("queues", wanted.empty()
                                       ? fmt::format("{} queues, and a source hears one: say which in \"queue\" of our "
                                                     "own configuration",
                                                     queues.size())
                                       : fmt::format("no queue \"{}\" is in it", wanted));
    settings.queue = found->first;
    read_queue(found->second, settings);
    if (queues.size() > 1)
        settings.ignored.push_back(fmt::format("{} other queues (a source each hears them)", queues.size() - 1));
}

void read_bindings(Table& file, AmqpSettings& settings) {
    if (!file.has("bindings")) {
        settings.bindings.push_back({"amq.topic", "#"});
        return;
    }
    for (auto& binding : file.tables("bindings")) {
        const auto queue = binding.text("queue", "");
        const auto exchange = binding.text("exchange");
        if (!binding.has("routing_keys")) binding.fail(binding.where(), "missing key \"routing_keys\"");
        for (auto& key : binding.texts("routing_keys"))
            if (queue == settings.queue) settings.bindings.push_back({exchange, std::move(key)});
    }
}

void read_qos(Table& file, AmqpSettings& settings) {
    settings.prefetch = 10;
    auto qos = file.table("qos");
    if (!qos) return;
    settings.prefetch = static_cast<std::uint16_t>(qos->number("prefetch_count", 10, 1, 10'000));
    if (qos->number("prefetch_size", 0, 0, 1'000'000'000) != 0)
        settings.ignored.emplace_back("qos.prefetch_size (RabbitMQ has none)");
}

}  // namespace

Problems read_fedora_messaging(const std::filesystem::path& path, const std::string& queue, AmqpSettings& settings) {
    auto table = Table::from_file(path);
    if (!table) return table.problems();
    auto file = std::move(table).value();
    read_broker(file, settings);
    read_tls(file, settings);
    read_client_properties(file, settings);
    settings.passive = file.flag("passive_declares", false);
    read_queues(file, queue, settings);
    read_bindings(file, settings);
    read_qos(file, settings);
    for (const auto& [key, why] : without_meaning) {
        if (!file.has(key)) continue;
        file.ignore(key);
        settings.ignored.push_back(fmt::format("{} ({})", key, why));
    }
    return file.problems();
}

}  // namespace fedmsgbot
