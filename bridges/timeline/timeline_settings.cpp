#include "bridges/timeline/timeline_settings.h"

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

struct Endpoint {
    std::string address;
    std::uint16_t port;
};

// `127.0.0.1:8080`, `[::1]:8080`.
std::optional<Endpoint> read_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    const auto digits = text.substr(colon + 1);
    auto host = text.substr(0, colon);
    const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (has_brackets) host = host.substr(1, host.size() - 2);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return {};
    boost::system::error_code bad;
    const auto address = boost::asio::ip::make_address(std::string(host), bad);
    if (bad || address.is_v6() != has_brackets) return {};
    return Endpoint{address.to_string(), port};
}

bool is_public_address(const std::string& url) {
    return is_web_link(url) && clean_link(url) == url && url.find_first_of("?#@") == std::string::npos &&
           url.size() > url.find("//") + 2 && url[url.find("//") + 2] != '/';
}

void read_listen(Table& table, TimelineSettings& settings) {
    settings.listen = table.text("listen", settings.listen);
    const auto endpoint = read_endpoint(settings.listen);
    if (!endpoint) {
        table.fail("listen", "`listen` is a numeric address and a port, like \"127.0.0.1:8080\" or \"[::1]:8080\"");
        return;
    }
    settings.address = endpoint->address;
    settings.port = endpoint->port;
}

void read_public_url(Table& table, TimelineSettings& settings) {
    settings.public_url = table.text("public_url", "http://" + settings.listen);
    settings.is_public_url_set = table.has("public_url");
    while (settings.public_url.ends_with('/')) settings.public_url.pop_back();
    if (table.has("public_url") && !is_public_address(settings.public_url))
        table.fail("public_url", "`public_url` is what readers call the timeline, like \"https://bus.example.org\"");
}

// `500MB`, `20GB`.
void read_size(Table& limits, TimelineStore::Keep& keep) {
    const auto text = limits.text("size");
    if (text.empty()) return;  // is a problem already
    std::int64_t number = 0;
    const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view name(unit, static_cast<std::size_t>(text.data() + text.size() - unit));
    const bool is_giga = name == "GB";
    if (error != std::errc() || number < 1 || number > 100'000 || (name != "MB" && !is_giga)) {
        limits.fail("size", "`size` is a number of MB or GB, like \"500MB\" or \"20GB\"");
        return;
    }
    keep.bytes = number * (is_giga ? 1'000'000'000 : 1'000'000);
}

void read_keep(Table& table, TimelineStore::Keep& keep) {
    auto limits = table.table("keep");
    if (!limits) return;
    keep.entries = limits->number("entries", keep.entries, 1, 1'000'000'000);
    if (limits->has("age")) keep.age = limits->duration("age", std::chrono::hours(24));
    if (limits->has("size")) read_size(*limits, keep);
}

}  // namespace

std::string_view host_of_site(const TimelineSettings& settings) {
    const std::string_view url = settings.public_url;
    const auto begin = url.find("//") + 2;
    return url.substr(begin, url.find('/', begin) - begin);
}

std::string_view path_of_site(const TimelineSettings& settings) {
    const std::string_view url = settings.public_url;
    const auto slash = url.find('/', url.find("//") + 2);
    return slash == std::string_view::npos ? std::string_view() : url.substr(slash);
}

TimelineSettings read_timeline_settings(Table& table) {
    TimelineSettings settings;
    read_listen(table, settings);
    settings.title = clean_line(table.text("title", settings.title), 200);
    if (settings.title.empty()) table.fail("title", "`title` must not be empty");
    read_public_url(table, settings);
    for (const auto& proxy : table.texts("trusted_proxies"))
        if (!settings.trusted_proxies.add(proxy))
            table.fail(
                "trusted_proxies",
                fmt::format("`trusted_proxies` are addresses and networks, like \"127.0.0.1\" or \"10.0.0.0/8\"; "
                            "`{}` is neither",
                            clean_line(proxy, 100)));
    read_keep(table, settings.keep);
    return settings;
}

}  // namespace fedmsgbot
