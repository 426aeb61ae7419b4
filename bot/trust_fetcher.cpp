#include "bot/trust_fetcher.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/log.h"
#include "bot/trust/authority.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds first_wait = 5s;  // after a failure; doubled up to the usual one

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TrustSettings kept_trust(TrustSettings settings, const std::string& source, const std::filesystem::path& state_dir) {
    if (!settings.ca_url.empty()) settings.ca_file = state_dir / (source + ".ca.pem");
    if (!settings.crl_url.empty()) settings.crl_file = state_dir / (source + ".crl.pem");
    return settings;
}

TrustFetcher::TrustFetcher(asio::any_io_executor executor, std::string source, TrustSettings settings,
                           const std::filesystem::path& state_dir)
    : source_(std::move(source)),
      settings_(std::move(settings)),
      kept_(kept_trust(settings_, source_, state_dir)),
      client_(std::move(executor)) {}

bool TrustFetcher::is_ready() const {
    const auto is_there = [](const auto& file) { return !file || std::filesystem::exists(*file); };
    return is_there(kept_.ca_file) && is_there(kept_.crl_file);
}

asio::awaitable<void> TrustFetcher::run(std::function<void()> changed) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    auto wait = first_wait;
    for (;;) {
        // The CA first: the list is read with it.
        auto authority = Fetched::same, list = Fetched::same;
        if (!settings_.ca_url.empty()) authority = co_await fetch(settings_.ca_url, *kept_.ca_file, false);
        if (!settings_.crl_url.empty()) list = co_await fetch(settings_.crl_url, *kept_.crl_file, true);
        if (authority == Fetched::changed || list == Fetched::changed) changed();
        const bool has_failed = authority == Fetched::failed || list == Fetched::failed;
        if (!has_failed) is_failing_ = false;
        timer.expires_after(has_failed ? std::min(wait, settings_.fetch_every) : settings_.fetch_every);
        wait = has_failed ? wait * 2 : first_wait;
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<TrustFetcher::Fetched> TrustFetcher::fetch(const std::string& url, const std::filesystem::path& file,
                                                           bool is_list) {
    HttpRequest request("GET", url);
    request.is_https_only = true;
    const auto result = co_await client_.send(std::move(request));
    if (result.kind == HttpResult::Kind::cancelled) co_return Fetched::same;
    if (result.kind != HttpResult::Kind::answered || result.response.status != 200) {
        tell(url, result.why.empty() ? fmt::format("status {}", result.response.status) : result.why);
        co_return Fetched::failed;
    }
    if (result.response.body == bytes_of(file)) co_return Fetched::same;
    if (const auto why = keep(result.response.body, file, is_list); !why.empty()) {
        tell(url, why);
        co_return Fetched::failed;
    }
    log::info("trust.fetched", {{"source", source_}, {"url", url}});
    co_return Fetched::changed;
}

// Why it cannot be kept; empty when it is. The file is whole at every moment.
std::string TrustFetcher::keep(const std::string& bytes, const std::filesystem::path& file, bool is_list) const {
    auto fresh = file;
    fresh += ".new";
    {
        std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
        out << bytes;
        out.flush();
        if (!out) return fmt::format("{}: {}", fresh.string(), std::strerror(errno));
    }
    const auto read = is_list ? Authority::load(*kept_.ca_file, fresh) : Authority::load(fresh, std::nullopt);
    if (!read) return read.problems().front().text;
    std::error_code error;
    std::filesystem::rename(fresh, file, error);
    return error ? fmt::format("{}: {}", file.string(), error.message()) : std::string();
}

void TrustFetcher::tell(const std::string& url, const std::string& why) {
    ++failures_;
    if (std::exchange(is_failing_, true)) return;
    log::warn("trust.fetch_failed",
              {{"source", source_}, {"url", url}, {"why", why}, {"then", "what is kept is used; tried again"}});
}

}  // namespace fedmsgbot
