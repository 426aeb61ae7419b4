#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace fedmsgbot::testing {

struct HttpAnswer {
    int status;
    std::string body;
};

// A plain request of a test to 127.0.0.1, blocking; independent of the bot's own client. Throws when there is no
// answer.
HttpAnswer http_call(std::uint16_t port, const std::string& method, const std::string& target,
                     const std::map<std::string, std::string>& headers = {}, const std::string& body = {});

// A self-signed certificate for `localhost`, with its key, as PEM in one file.
void make_certificate(const std::filesystem::path& path);

}  // namespace fedmsgbot::testing
