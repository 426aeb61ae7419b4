// `fedmsgbot publish --amqp`, the real binary, on a real broker.
#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/amqp_client.h"
#include "tests/support/process.h"
#include "tests/support/rabbitmq.h"
#include "tests/support/world.h"

using namespace fedmsgbot::testing;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

Finished publish(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), {binary(), "publish"});
    return run(std::move(words), {{}, input, {}});
}

}  // namespace

TEST_CASE("what is published on a broker is confirmed, and is read as fedora-messaging's consumers read it") {
    auto& broker = Rabbitmq::shared();
    AmqpClient client(broker.port());
    client.make_queue("published", "org.fedoraproject.dev.backup.#");
    Process reader({binary(), "tail", broker.url(), "--raw", "--topic", "backup.#"});
    const std::vector<std::string> words{"--amqp", broker.url(), "--modname", "backup", "--topic", "night.end"};
    std::size_t sent = 0;
    // The reader's queue is bound when the first one reaches it.
    REQUIRE(eventually(
        [&] {
            const auto finished = publish(words, "one\ntwo\n");
            INFO(finished.errors);
            REQUIRE(finished.status == 0);
            sent += 2;
            return reader.output().find("two") != std::string::npos;
        },
        60s));
    CHECK(client.waiting("published") == sent);
    const auto line = reader.output().substr(0, reader.output().find('\n'));
    const auto message = json::parse(line);
    CHECK(message["topic"] == "org.fedoraproject.dev.backup.night.end");
    CHECK(message["body"]["log"].is_string());
    CHECK(message["id"].get<std::string>().size() == 36);
    CHECK(message["headers"]["fedora_messaging_schema"] == "base.message");
    CHECK(message["headers"]["fedora_messaging_severity"] == 20);
    CHECK(message["headers"]["sent-at"].is_string());
    client.delete_queue("published");
}

TEST_CASE("what no queue takes, no broker hears, or is no object, is not sent, and is named") {
    auto& broker = Rabbitmq::shared();
    const auto unheard = publish({"--amqp", broker.url(), "--topic", "nobody.listens", "--message", "x"});
    CHECK(unheard.status == 1);
    CHECK(unheard.errors.find("--message: not sent: amqp://127.0.0.1:") != std::string::npos);
    const auto array = publish({"--amqp", broker.url(), "--json-input", "--message", "[1]"});
    CHECK(array.status == 1);
    CHECK(array.errors.find("is a JSON object") != std::string::npos);
    const auto nobody =
        publish({"--wait", "300ms", "--amqp", fmt::format("amqp://127.0.0.1:{}", free_port()), "--message", "x"});
    CHECK(nobody.status == 1);
    CHECK(publish({"--amqp", "amqp://u:secret@127.0.0.1", "--message", "x"}).status == 2);
    const auto user = publish({"--amqp", "amqp://somebody@127.0.0.1", "--message", "x"});
    CHECK(user.status == 2);
    CHECK(user.errors.find("password_file") != std::string::npos);
    const auto both = publish({"--amqp", broker.url(), "--relay", "tcp://127.0.0.1:1", "--message", "x"});
    CHECK(both.status == 2);
}
