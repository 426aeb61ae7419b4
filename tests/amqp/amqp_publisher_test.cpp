// On a real broker; what others do there, tests/support/amqp_client.h does.
#include "bot/amqp/amqp_publisher.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/amqp/amqp_connection.h"
#include "bot/amqp/fedora_publication.h"
#include "tests/support/amqp_client.h"
#include "tests/support/rabbitmq.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using Kind = AmqpAnswer::Kind;

namespace {

struct Press {
    Press() : queue(fmt::format("press-{}", ++queues)) {
        make_queue();
        publishing.host = "127.0.0.1";
        publishing.port = broker.port();
        publishing.reconnect = 20ms;
        publishing.reconnect_max = 200ms;
    }
    ~Press() {
        publisher.reset();
        AmqpClient(broker.port()).delete_queue(queue);
    }

    void make_queue() { AmqpClient(broker.port()).make_queue(queue, "to." + queue); }
    void start(std::chrono::milliseconds patience = 60s) {
        publisher = std::make_unique<AmqpPublisher>(publishing, patience);
    }
    void publish(int number, const std::string& key) {
        publisher->publish({key, fmt::format("id-{}", number), fmt::format(R"({{"number":{}}})", number)},
                           [this, number](AmqpAnswer answer) {
                               const std::lock_guard lock(mutex);
                               ++answers[answer.kind];
                               if (answer.kind != Kind::confirmed) failed.push_back(number);
                               ++answered;
                           });
    }
    void publish(int first, int last) {
        for (int n = first; n <= last; ++n) publish(n, "to." + queue);
    }
    bool has_answers(int count) {
        return eventually([&] { return answered == count; }, 60s);
    }
    // As a bridge does with what it could not hand over.
    void publish_again() {
        std::vector<int> numbers;
        {
            const std::lock_guard lock(mutex);
            numbers.swap(failed);
        }
        for (const int number : numbers) publish(number, "to." + queue);
    }
    AmqpSettings reading() const {
        AmqpSettings settings;
        settings.host = "127.0.0.1";
        settings.port = broker.port();
        settings.queue = queue;
        settings.passive = true;
        return settings;
    }
    // The ids of what waits, which is taken.
    std::set<std::string> take_all() {
        std::set<std::string> ids;
        const auto most = waiting();
        AmqpConnection reader(reading(), 1);
        for (std::uint32_t taken = 0; taken < most;) {
            std::optional<AmqpDelivery> delivery;
            if (!eventually([&] { return (delivery = reader.receive()).has_value(); })) break;
            reader.acknowledge(delivery->number);
            ids.insert(delivery->id);
            ++taken;
        }
        return ids;
    }
    int confirmed() {
        const std::lock_guard lock(mutex);
        return answers[Kind::confirmed];
    }
    std::uint32_t waiting() { return AmqpClient(broker.port()).waiting(queue); }

    static inline int queues = 0;
    Rabbitmq& broker = Rabbitmq::shared();
    std::string queue;
    AmqpPublishing publishing;
    std::mutex mutex;
    std::map<Kind, int> answers;
    std::vector<int> failed;  // not confirmed
    std::atomic<int> answered = 0;
    std::unique_ptr<AmqpPublisher> publisher;
};

}  // namespace

TEST_CASE("what is published is confirmed when it lies in a queue, and has fedora-messaging's properties") {
    Press press;
    press.start();
    FedoraMessage message;
    message.topic = "to." + press.queue;
    message.id = "an-id";
    message.body = R"({"a":1})";
    message.sent_at = std::chrono::system_clock::time_point(1564513942s);
    message.usernames = {"lena"};
    message.packages = {"kernel"};
    message.priority = std::uint8_t{1};
    const auto publication = publication_of(message);
    press.publisher->publish(publication, [&press](AmqpAnswer answer) {
        const std::lock_guard lock(press.mutex);
        ++press.answers[answer.kind];
        ++press.answered;
    });
    REQUIRE(press.has_answers(1));
    CHECK(press.answers[Kind::confirmed] == 1);

    AmqpConnection reader(press.reading(), 1);
    std::optional<AmqpDelivery> delivery;
    REQUIRE(eventually([&] { return (delivery = reader.receive()).has_value(); }));
    CHECK(delivery->topic == "to." + press.queue);
    CHECK(delivery->id == "an-id");
    CHECK(delivery->body == R"({"a":1})");
    CHECK(
        delivery->headers ==
        R"({"fedora_messaging_schema":"base.message","fedora_messaging_severity":20,"priority":1,)"
        R"("sent-at":"2019-07-30T19:12:22+00:00","fedora_messaging_user_lena":true,"fedora_messaging_rpm_kernel":true})");
}

TEST_CASE("what no queue gets is told apart from what one gets") {
    Press press;
    press.start();
    for (int n = 1; n <= 300; ++n) press.publish(n, n % 3 == 0 ? "to.nobody" : "to." + press.queue);
    REQUIRE(press.has_answers(300));
    CHECK(press.answers[Kind::returned] == 100);
    CHECK(press.answers[Kind::confirmed] == 200);
    CHECK(press.waiting() == 200);
}

TEST_CASE("a broker that is killed in the middle gets everything, and nothing is told to be there that is not") {
    Press press;
    press.start();
    press.publish(1, 2000);
    REQUIRE(eventually([&] { return press.answered > 100; }));
    press.broker.kill();
    press.broker.start();
    // As the queue's reader does when it is back. Until then a broker that was killed may return what it is given.
    press.make_queue();
    REQUIRE(eventually(
        [&] {
            press.publish_again();
            return press.confirmed() == 2000;
        },
        60s));
    CHECK(press.take_all().size() == 2000);  // what was on its way may be there twice, under the same id
}

TEST_CASE("without a broker each is answered when its time is over, and no more wait than there is room for") {
    Press press;
    press.publishing.port = free_port();
    press.start(300ms);
    const int many = static_cast<int>(AmqpPublisher::most_waiting) + 10;
    press.publish(1, many);
    CHECK(press.answered >= 10);
    REQUIRE(press.has_answers(many));
    CHECK(press.answers[Kind::unanswered] == many);
}

TEST_CASE("an exchange that is not there is asked for until it is") {
    Press press;
    press.publishing.exchange = "made-later";
    press.start(30s);
    press.publish(1, 1);
    CHECK_FALSE(eventually([&] { return press.answered > 0; }, 300ms));
    AmqpPublishing owner = press.publishing;
    owner.exchange_kind = "topic";
    const AmqpConnection made(owner);
    REQUIRE(press.has_answers(1));
    CHECK(press.answers[Kind::returned] == 1);
}
