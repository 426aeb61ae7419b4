#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fedmsgbot {

// What the capability `sts` says: `port=6697` to who came in clear, `duration=2592000` to who came by TLS.
struct StsOffer {
    static StsOffer parse(std::string_view value);

    std::uint16_t port = 0;                        // 0: none named
    std::optional<std::chrono::seconds> duration;  // 0: forget us
};

// The hosts that demand TLS (strict transport security), with the time for which they do, kept in a file over restarts.
// A file that cannot be read or written costs the memory only, and is told in the log. Bounded. One thread.
class StsPolicies {
public:
    using Time = std::chrono::system_clock::time_point;

    // The file need not be there yet.
    explicit StsPolicies(std::filesystem::path file);

    // Said over a TLS connection whose certificate was verified: kept, or forgotten where the duration is 0.
    void learn(const std::string& host, std::uint16_t port, std::chrono::seconds duration, Time now);
    // Said in clear: heeded for some minutes, not kept, so that who forges it achieves nothing lasting.
    void heed(const std::string& host, std::uint16_t port, Time now);

    // The port to connect to by TLS; nothing where clear is fine.
    std::optional<std::uint16_t> port(const std::string& host, Time now) const;

private:
    struct Policy {
        std::uint16_t port;
        Time until;
        bool is_kept;
    };

    void put(const std::string& host, Policy policy);
    void read();
    void write() const;

    std::filesystem::path file_;
    std::map<std::string, Policy> policies_;
};

}  // namespace fedmsgbot
