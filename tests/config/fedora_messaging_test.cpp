#include "config/fedora_messaging.h"

#include <catch2/catch.hpp>

#include "config/source_settings.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// As upstream publishes it for Fedora's broker, with a UUID put in, and every other key that there is.
const char* const published = R"(# A sample configuration for fedora-messaging. This file is in the TOML format.
amqp_url = "amqps://fedora:@rabbitmq.fedoraproject.org/%2Fpublic_pubsub?connection_attempts=3"
callback = "fedora_messaging.example:printer"
passive_declares = false
publish_exchange = "amq.topic"
topic_prefix = "org.example"
publish_priority = 2

[tls]
ca_cert = "/etc/fedora-messaging/cacert.pem"
keyfile = "/etc/fedora-messaging/fedora-key.pem"
certfile = "/etc/fedora-messaging/fedora-cert.pem"

[client_properties]
app = "Example Application"
app_url = "https://example.org"
app_contacts_email = ["a@example.org", "b@example.org"]

[exchanges."amq.topic"]
type = "topic"
durable = true
auto_delete = false
arguments = {}

[queues.01234567-89ab-cdef-0123-456789abcdef]
durable = false
auto_delete = true
exclusive = true
arguments = {x-message-ttl = 60000, x-queue-type = "classic", x-single-active-consumer = true}

[[bindings]]
queue = "01234567-89ab-cdef-0123-456789abcdef"
exchange = "amq.topic"
routing_keys = ["org.fedoraproject.#", "io.pagure.#"]

[[bindings]]
exchange = "zmq.topic"
routing_keys = ["#"]

[qos]
prefetch_size = 7
prefetch_count = 25

[monitoring]
address = ""
port = 8080

[consumer_config]
example_key = "for my consumer"
[consumer_config.deeper]
x = 1

[log_config]
version = 1
disable_existing_loggers = true
[log_config.formatters.simple]
format = "[%(levelname)s %(name)s] %(message)s"
)";

struct TheirFile {
    explicit TheirFile(std::string_view text) : path(folder / "fedora.toml") { write_file(path, text); }

    // Problems with the folder's name left out.
    std::string problems(const std::string& queue = "") {
        auto text = describe(read_fedora_messaging(path, queue, settings));
        for (auto at = text.find(folder.path().string()); at != std::string::npos;
             at = text.find(folder.path().string()))
            text.erase(at, folder.path().string().size() + 1);
        return text;
    }

    TempFolder folder;
    std::filesystem::path path;
    AmqpSettings settings;
};

}  // namespace

TEST_CASE("fedora-messaging's own file is read with every key, and what means nothing here is named") {
    TheirFile file(published);
    CHECK(file.problems() == "");
    const auto& settings = file.settings;
    CHECK(settings.tls);
    CHECK(settings.host == "rabbitmq.fedoraproject.org");
    CHECK(settings.port == 5671);
    CHECK(settings.vhost == "/public_pubsub");
    CHECK(settings.user == "fedora");
    CHECK(settings.ca_file == "/etc/fedora-messaging/cacert.pem");
    CHECK(settings.cert_file == "/etc/fedora-messaging/fedora-cert.pem");
    CHECK(settings.key_file == "/etc/fedora-messaging/fedora-key.pem");
    CHECK(settings.queue == "01234567-89ab-cdef-0123-456789abcdef");
    CHECK_FALSE(settings.passive);
    CHECK_FALSE(settings.durable);
    CHECK(settings.auto_delete);
    CHECK(settings.exclusive);
    CHECK(settings.single_active_consumer);
    CHECK(settings.number_arguments == std::vector<std::pair<std::string, std::int64_t>>{{"x-message-ttl", 60000}});
    CHECK(settings.text_arguments == std::vector<std::pair<std::string, std::string>>{{"x-queue-type", "classic"}});
    REQUIRE(settings.bindings.size() == 2);  // the last is for a queue that the broker names
    CHECK(settings.bindings[0].exchange == "amq.topic");
    CHECK(settings.bindings[0].routing_key == "org.fedoraproject.#");
    CHECK(settings.bindings[1].routing_key == "io.pagure.#");
    CHECK(settings.prefetch == 25);
    CHECK(settings.client_properties ==
          std::vector<std::pair<std::string, std::string>>{{"app", "Example Application"},
                                                           {"app_url", "https://example.org"},
                                                           {"app_contacts_email", "a@example.org, b@example.org"}});
    std::string ignored;
    for (const auto& what : settings.ignored) ignored += what.substr(0, what.find(" (")) + "\n";
    CHECK(ignored ==
          "the ?... of amqp_url\nqos.prefetch_size\ncallback\npublish_exchange\ntopic_prefix\npublish_priority\n"
          "exchanges\nmonitoring\nconsumer_config\nlog_config\n");
}

TEST_CASE("an empty fedora-messaging file has upstream's defaults") {
    TheirFile file("");
    CHECK(file.problems() == "");
    CHECK(file.settings.host == "localhost");
    CHECK(file.settings.user == "guest");
    CHECK(file.settings.queue.empty());
    CHECK(file.settings.exclusive);
    CHECK(file.settings.auto_delete);
    CHECK(file.settings.prefetch == 10);
    REQUIRE(file.settings.bindings.size() == 1);
    CHECK(file.settings.bindings[0].routing_key == "#");
    CHECK(file.settings.ignored.empty());
}

TEST_CASE("mistakes in a fedora-messaging file are told with their places in it") {
    TheirFile file(R"(amqp_url = "http://user:secret@host"
amqp_ulr = "x"
[tls]
certfile = "/cert"
[client_properties]
product = "mine"
[queues.a]
durable = true
[queues.b]
durable = true
[[bindings]]
queue = "a"
[qos]
prefetch_count = "many"
)");
    CHECK(file.problems("a") == R"(fedora.toml:1:12: a broker is amqp://user@host:port/vhost or amqps://...
fedora.toml:2:1: unknown key "amqp_ulr"; did you mean "amqp_url"?
fedora.toml:4:12: "certfile" and "keyfile" need each other
fedora.toml:6:11: "product" is fedora-messaging's own and cannot be set
fedora.toml:7:1: missing key "auto_delete"
fedora.toml:7:1: missing key "exclusive"
fedora.toml:7:1: missing key "arguments"
fedora.toml:11:1: missing key "exchange"
fedora.toml:11:1: missing key "routing_keys"
fedora.toml:14:18: "prefetch_count" must be a whole number, not a string
)");
    TheirFile several("[queues.a]\n[queues.b]\n");
    CHECK(several.problems() ==
          "fedora.toml:1:1: 2 queues, and a source hears one: say which in \"queue\" of our own configuration\n");
    CHECK(several.problems("c").find("no queue \"c\" is in it") != std::string::npos);
}

TEST_CASE("config_from stands in place of the keys that the file has words for") {
    TheirFile file(published);
    auto table =
        Table::from_text("config_from = \"" + file.path.string() + "\"\nmax_body_bytes = 5\nprefetch = 3\n", "f.toml");
    REQUIRE(table);
    const auto settings = read_amqp_settings(*table);
    CHECK(settings.host == "rabbitmq.fedoraproject.org");
    CHECK(settings.prefetch == 25);
    CHECK(settings.max_body_bytes == 5);
    CHECK(describe(table->problems()) == "f.toml:3:12: \"prefetch\" and \"config_from\" exclude each other\n");

    auto absent = Table::from_text("config_from = \"/nowhere/fedora.toml\"\n", "f.toml");
    read_amqp_settings(*absent);
    CHECK(absent->problems().empty());
    CHECK(describe(absent->missing()) == "f.toml:1:15: /nowhere/fedora.toml is not there\n");
}
