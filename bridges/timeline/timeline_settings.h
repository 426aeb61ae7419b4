#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridges/timeline/forwarded.h"
#include "bridges/timeline/timeline_store.h"
#include "config/reader.h"

namespace fedmsgbot {

// What [bridge.NAME] of kind `timeline` says.
struct TimelineSettings {
    std::string listen = "127.0.0.1:8080";  // as written, for messages
    std::string address = "127.0.0.1";      // a numeric one
    std::uint16_t port = 8080;
    std::string title = "Fedora message bus";
    std::string public_url = "http://127.0.0.1:8080";  // what readers call it; without a slash at its end
    bool is_public_url_set = false;                    // else a trusted proxy knows better
    TrustedProxies trusted_proxies;
    TimelineStore::Keep keep;
};

// `bus.example.org`, with a port that is not the usual one; and `/sub/path`, empty where it is the host's root.
std::string_view host_of_site(const TimelineSettings& settings);
std::string_view path_of_site(const TimelineSettings& settings);

// Mistakes go to the table's problems.
TimelineSettings read_timeline_settings(Table& table);

}  // namespace fedmsgbot
