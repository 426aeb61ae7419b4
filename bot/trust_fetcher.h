#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/http/http_client.h"
#include "bot/trust/trust_settings.h"

namespace fedmsgbot {

// The settings with the files, in which a TrustFetcher keeps what it fetched, in the place of web addresses.
TrustSettings kept_trust(TrustSettings settings, const std::string& source, const std::filesystem::path& state_dir);

// Fetches a source's CA and list of revoked certificates, where they come from the web, into the state folder: at the
// start and then now and then, never in a message's road. What is no certificate or list does not replace what is kept.
// A failure is counted, logged once until a fetch succeeds, and tried again with growing waits. One thread.
class TrustFetcher {
public:
    TrustFetcher(boost::asio::any_io_executor executor, std::string source, TrustSettings settings,
                 const std::filesystem::path& state_dir);

    // Everything is there, perhaps from an earlier run.
    bool is_ready() const;

    // Until it is cancelled; `changed` is called after a file has.
    boost::asio::awaitable<void> run(std::function<void()> changed);

    const TrustSettings& kept() const { return kept_; }
    std::uint64_t failures() const { return failures_; }

private:
    enum class Fetched { failed, same, changed };

    boost::asio::awaitable<Fetched> fetch(const std::string& url, const std::filesystem::path& file, bool is_list);
    std::string keep(const std::string& bytes, const std::filesystem::path& file, bool is_list) const;
    void tell(const std::string& url, const std::string& why);

    std::string source_;
    TrustSettings settings_, kept_;
    HttpClient client_;
    std::uint64_t failures_ = 0;
    bool is_failing_ = false;
};

}  // namespace fedmsgbot
