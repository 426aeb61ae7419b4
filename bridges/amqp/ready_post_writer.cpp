#include "bridges/amqp/ready_post_writer.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fedmsgbot {

namespace {

// FNV-1a: the same on every machine, and no secret depends on it.
std::uint64_t digest(std::string_view text) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return hash;
}

std::string_view without_year(std::string_view id) {
    const bool has_year = id.size() > 5 && id[4] == '-' &&
                          std::all_of(id.begin(), id.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
    return has_year ? id.substr(5) : id;
}

}  // namespace

AmqpPublication write_ready_post(const Post& post) {
    const auto& line = *post.line;
    const auto& message = *post.message;
    const nlohmann::ordered_json body = {{"target", post.address},
                                         {"title", line.title},
                                         {"service", line.service},
                                         {"rule", line.rule},
                                         {"text", line.text},
                                         {"link", line.link},
                                         {"icon", line.icon},
                                         {"secondary_icon", line.secondary_icon},
                                         {"agent", line.agent},
                                         {"long_form", line.long_form},
                                         {"usernames", line.usernames},
                                         {"packages", line.packages},
                                         {"objects", line.objects},
                                         {"message",
                                          {{"bytes", message.bytes()},
                                           {"trust", static_cast<int>(message.arrival().trust)},
                                           {"late", message.arrival().is_late}}}};
    AmqpPublication publication;
    publication.routing_key = post.address;
    publication.id = fmt::format("post-{}@{:016x}", without_year(message.id()), digest(post.address));
    publication.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return publication;
}

}  // namespace fedmsgbot
