// The real binary with fedora-messaging's own file, on a broker that is set up as Fedora's public one: TLS with a
// client certificate that is the login (EXTERNAL), queues that are named by a UUID or not at all, and a policy that
// deletes a queue which nobody listened to for an hour.
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/amqp/amqp_publisher.h"
#include "tests/support/archive_script.h"
#include "tests/support/certificates.h"
#include "tests/support/rabbitmq.h"
#include "tests/system/bot_process.h"
#include "tests/system/numbers_shown.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const std::string topic = "org.fedoraproject.prod.announce.announcement";
const std::string vhost = "/public_pubsub";
const std::string queue = "5f0c7a3e-8d52-4a4e-9a53-0d6f3c1b7e21";

std::string id(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }

std::string body(int number) { return fmt::format(R"({{"message":"message <{:05}>","link":null}})", number); }

struct FedorasBroker {
    FedorasBroker() {
        const std::string allowed = "^(amq\\.gen.*|\\w{8}(-\\w{4}){3}-\\w{12})$";
        broker.control({"add_vhost", vhost});
        broker.control({"add_user", "fedora", "unused"});
        broker.control({"set_permissions", "-p", vhost, "fedora", allowed, allowed, ".*"});
        broker.control({"set_permissions", "-p", vhost, "guest", ".*", ".*", ".*"});
        let_queues_expire_after(1h);
        make_client_certificate(broker.folder(), "fedora");
    }

    void let_queues_expire_after(std::chrono::milliseconds unused) {
        broker.control({"set_policy", "-p", vhost, "--apply-to", "queues", "all", ".*",
                        fmt::format(R"({{"expires":{},"max-length-bytes":52428800}})", unused.count())});
    }
    bool has_queue() {
        return broker.control({"list_queues", "-q", "-p", vhost, "name"}).find(queue) != std::string::npos;
    }

    void publish(int number) {
        AmqpPublishing publishing;
        publishing.host = "127.0.0.1";
        publishing.port = broker.port();
        publishing.vhost = vhost;
        std::atomic<bool> is_there = false;
        AmqpPublisher publisher(publishing);
        publisher.publish({topic, id(number), body(number)},
                          [&](AmqpAnswer answer) { is_there = answer.kind == AmqpAnswer::Kind::confirmed; });
        REQUIRE(eventually([&] { return is_there.load(); }, 60s));
    }

    // As upstream publishes it, with the broker's place, and a UUID put in.
    std::string their_file() const {
        return fmt::format(R"(amqp_url = "amqps://fedora:@localhost:{0}/%2Fpublic_pubsub"
callback = "fedora_messaging.example:printer"

[tls]
ca_cert = "{1}/authority.pem"
keyfile = "{1}/fedora.key"
certfile = "{1}/fedora.pem"

[client_properties]
app = "Example Application"

[exchanges."amq.topic"]
type = "topic"
durable = true
auto_delete = false
arguments = {{}}

[queues.{2}]
durable = false
auto_delete = false
exclusive = false
arguments = {{}}

[[bindings]]
queue = "{2}"
exchange = "amq.topic"
routing_keys = ["org.fedoraproject.#"]

[consumer_config]
example_key = "for my consumer"

[qos]
prefetch_size = 0
prefetch_count = 25
)",
                           broker.tls_port(), broker.folder().string(), queue);
    }

    Rabbitmq& broker = Rabbitmq::shared();
};

}  // namespace

TEST_CASE("with fedora-messaging's own file the bot rides out a restart, and the hour after which its queue is gone") {
    FedorasBroker fedora;
    ArchiveScript archive;
    const TempFolder folder;
    const auto archived = [&](int number) {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        archive.put({topic, id(number), std::chrono::duration_cast<std::chrono::seconds>(now).count(), body(number)});
    };
    write_file(folder / "fedora.toml", fedora.their_file());
    BotProcess bot(folder, fmt::format(R"(state_dir = "{0}/state"
[source.fedora]
kind = "amqp"
config_from = "{0}/fedora.toml"
catch_up = {{ archive = "{1}", delay = "100ms", every = "20ms" }}
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{2}"
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)",
                                       folder.path().string(), archive.url(), free_port()));
    const auto shows = [&](int last) {
        return eventually([&] { return are_each_once(numbers_shown(folder), last); }, 60s);
    };
    REQUIRE(bot.process().says("source.connected", 60s));
    REQUIRE(bot.process().says("bot.started", 60s));
    CHECK(bot.process().says("source.ignored"));
    fedora.publish(1);
    archived(1);
    REQUIRE(shows(1));
    CHECK(count_in(bot.stop(), "lost") == 0);

    fedora.publish(2);  // the queue keeps it
    bot.start();
    REQUIRE(shows(2));
    CHECK(count_in(bot.stop(), "lost") == 0);

    fedora.let_queues_expire_after(1ms);
    REQUIRE(eventually([&] { return !fedora.has_queue(); }, 60s));
    fedora.let_queues_expire_after(1h);
    archived(2);
    archived(3);  // nobody kept it but the archive
    bot.start();
    REQUIRE(bot.process().says("source.connected", 60s));
    fedora.publish(4);
    CHECK(shows(4));
    const auto summary = bot.stop();
    INFO(summary << bot.process().errors());
    CHECK(bot.status() == 0);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "outages") == 1);
    CHECK(count_in(summary, "outages_unfetched") == -1);
}
