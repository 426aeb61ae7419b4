#include "bot/amqp/fedora_publication.h"

#include <ctime>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace fedmsgbot {

AmqpPublication publication_of(FedoraMessage message) {
    const auto sent_at = std::chrono::floor<std::chrono::seconds>(message.sent_at);
    AmqpPublication publication;
    publication.headers = {
        {"fedora_messaging_schema", std::move(message.schema)},
        {"fedora_messaging_severity", message.severity},
        {"priority", std::int64_t{message.priority.value_or(0)}},
        {"sent-at",
         fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00", fmt::gmtime(std::chrono::system_clock::to_time_t(sent_at)))},
    };
    for (const auto& name : message.usernames) publication.headers.emplace_back("fedora_messaging_user_" + name, true);
    for (const auto& name : message.packages) publication.headers.emplace_back("fedora_messaging_rpm_" + name, true);
    publication.routing_key = std::move(message.topic);
    publication.id = std::move(message.id);
    publication.body = std::move(message.body);
    publication.priority = message.priority;
    return publication;
}

}  // namespace fedmsgbot
