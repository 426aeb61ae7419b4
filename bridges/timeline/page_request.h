#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/core/message.h"

namespace fedmsgbot {

// A GET (or HEAD, which is the same without the answer's body), as far as a page needs to know it.
struct PageRequest {
    std::string target;              // path and query, as the reader's browser sent them
    std::string last_event_id = {};  // where a stream of events broke off
    std::string base_url = {};       // what readers call us, as a trusted proxy told; empty: nobody told
    bool is_socket = false;          // it wants to go on as a WebSocket
};

// Whoever stays is told more: gives what has come since it was asked last; null or empty where nothing has.
using EventSource = std::function<std::shared_ptr<const std::string>()>;

// A body that takes its time: gives the next piece of it, an empty one where that is not ready yet, and nothing at its
// end. Others have their turn between two pieces.
using BodySource = std::function<std::optional<std::string>()>;

// Hears what the reader at a WebSocket's other end says, a frame at a time.
using Listener = std::function<void(std::string_view)>;

struct PageAnswer {
    PageAnswer(unsigned status, std::string_view type, std::string body)
        : status(status), type(type), body(std::move(body)) {}

    unsigned status;
    std::string type;  // media type with charset
    std::string body;
    std::string cache_control = "no-cache";  // kept, but asked about again: the ETag makes that cheap
    std::optional<SystemTime> modified;      // since then nobody would have got another one
    bool has_form = false;                   // one that asks this site
    bool is_live = false;                    // a page whose script listens to this site
    bool is_open = false;                    // scripts of other sites may read it
    std::string links;                       // the header Link
    EventSource events;                      // instead of a body, where there are some
    BodySource pieces;                       // likewise
    Listener listener;                       // where the events go over a WebSocket, a frame a line; hears the reader
};

// The path and the parameters of a target, decoded; nothing when it is malformed.
struct PageTarget {
    static std::optional<PageTarget> parse(std::string_view target);

    // Of a parameter that is there several times, the last value; nothing where it is absent.
    std::optional<std::string_view> last(std::string_view name) const;

    std::string path;
    std::vector<std::pair<std::string, std::string>> parameters;
};

// Whether an address is for programs, which want even their mistakes told in JSON. The target as it came.
bool is_for_programs(std::string_view target);

// A whole number in decimal digits, without a sign; nothing where the text is anything else, or the number too large.
std::optional<std::int64_t> read_digits(std::string_view text);

// As a parameter's value in a query string.
std::string percent_encoded(std::string_view text);

}  // namespace fedmsgbot
