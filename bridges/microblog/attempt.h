#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "bot/core/message.h"
#include "bot/http/http_client.h"

namespace fedmsgbot {

// What one request to post came to, in terms that are the same for every kind of microblog.
struct Attempt {
    using Duration = std::chrono::milliseconds;

    enum class Kind {
        posted,     // `id` is the server's
        unknown,    // it may be there or not: look before sending again
        not_sent,   // surely not there: the server was not reached
        held_off,   // surely not there: the server asks for patience
        duplicate,  // this request was refused because the account said the same a moment ago: perhaps an earlier one
        shut_out,   // surely not there, nor will any other be until the operator mends something
        refused,    // never: the server will not have this very post
        cancelled,  // unknown, and the caller must not wait any more
    };

    Kind kind = Kind::unknown;
    std::string why;  // one clean line
    std::string id;
    std::string url;
    std::optional<Duration> after;  // what the server asks to wait before the next try
    std::optional<Duration> pause;  // posted, and the server's allowance is used up until then
};

// By what HTTP says. A 2xx is `unknown` here: only the kind can find the id in its body and make it `posted`.
Attempt classify(const HttpResult& result, SystemTime now);

// What went wrong with a request, in one clean line; never empty.
std::string failure_text(const HttpResult& result);

// What a server with a spent allowance asks for, between a second and an hour.
std::optional<Attempt::Duration> asked_wait(const HttpResponse& response, SystemTime now);

// What went wrong, for a log line: the status and the server's own words where it gives them as JSON
// or plain text.
std::string describe_answer(const HttpResponse& response);

}  // namespace fedmsgbot
