#pragma once

#include <optional>
#include <string>

#include "bot/core/problem.h"
#include "bot/publish/bus_message.h"

namespace fedmsgbot {

// How made messages leave. Blocks, for a time that it was given. One thread.
class Transport {
public:
    virtual ~Transport() = default;

    // Nothing when the message is on its way; else why it is not, and then it will not be sent later either.
    virtual std::optional<Problem> send(const BusMessage& message) = 0;

    // Sends what is left. A problem if that could not be done in time. The last call.
    virtual std::optional<Problem> close() = 0;

    // Where to, for people.
    virtual const std::string& endpoint() const = 0;
};

}  // namespace fedmsgbot
