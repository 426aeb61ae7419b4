#include "bot/publish/amqp_transport.h"

#include <algorithm>
#include <future>
#include <memory>

#include <fmt/format.h>

#include "bot/amqp/fedora_publication.h"

namespace fedmsgbot {

namespace {

// fedmsg's ids are a UUID with the year before it; fedora-messaging's are the UUID.
std::string uuid_of(const std::string& id) {
    constexpr std::size_t uuid_length = 36;
    return id.substr(std::max(id.size(), uuid_length) - uuid_length);
}

}  // namespace

AmqpTransport::AmqpTransport(const AmqpPublishing& publishing, std::chrono::milliseconds wait)
    : endpoint_(fmt::format("{}://{}:{}", publishing.tls ? "amqps" : "amqp", publishing.host, publishing.port)),
      publisher_(publishing, wait) {}

std::optional<Problem> AmqpTransport::send(const BusMessage& message) {
    if (!message.msg.starts_with('{'))
        return Problem{{endpoint_}, "the body of a message of fedora-messaging is a JSON object"};
    FedoraMessage fedora;
    fedora.topic = message.topic;
    fedora.id = uuid_of(message.id);
    fedora.body = message.msg;
    fedora.sent_at = message.sent_at;
    // The publisher answers each message, after its patience at the latest.
    auto answered = std::make_shared<std::promise<AmqpAnswer>>();
    publisher_.publish(publication_of(std::move(fedora)),
                       [answered](AmqpAnswer answer) { answered->set_value(std::move(answer)); });
    const auto answer = answered->get_future().get();
    if (answer.kind == AmqpAnswer::Kind::confirmed) return std::nullopt;
    return Problem{{endpoint_}, answer.why};
}

}  // namespace fedmsgbot
