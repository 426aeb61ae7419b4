#include "bridges/timeline/forwarded.h"

#include <algorithm>
#include <charconv>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

using boost::asio::ip::address;
using boost::asio::ip::address_v6;

constexpr std::size_t most_hops = 32;
constexpr std::size_t most_host = 255;
constexpr std::size_t most_prefix = 200;

address_v6 as_v6(const address& any) {
    return any.is_v4() ? boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, any.to_v4()) : any.to_v6();
}

address plain(const address& any) {
    if (any.is_v6() && any.to_v6().is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, any.to_v6());
    return any;
}

// One proxy's word.
struct Hop {
    std::string client, proto, host;
};

// The parts between separators that stand in no quotes; blanks around them are gone.
std::vector<std::string> parts(std::string_view text, char separator) {
    std::vector<std::string> out(1);
    bool is_quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') is_quoted = !is_quoted;
        if (text[i] == separator && !is_quoted)
            out.emplace_back();
        else
            out.back() += text[i];
    }
    for (auto& part : out) part = clean_line(part, 512);
    return out;
}

std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    return std::string(text.substr(1, text.size() - 2));
}

// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; nothing for `unknown` and `_hidden`.
std::optional<address> read_node(std::string text) {
    if (text.starts_with('['))
        text = text.substr(1, std::max<std::size_t>(text.find(']'), 1) - 1);
    else if (std::count(text.begin(), text.end(), ':') == 1)
        text.resize(text.find(':'));
    boost::system::error_code bad;
    const auto read = boost::asio::ip::make_address(text, bad);
    return bad ? std::nullopt : std::optional(plain(read));
}

std::vector<Hop> rfc_hops(const std::string& header) {
    std::vector<Hop> hops;
    for (const auto& element : parts(header, ',')) {
        if (element.empty()) continue;
        auto& hop = hops.emplace_back();
        for (const auto& pair : parts(element, ';')) {
            const auto equals = pair.find('=');
            if (equals == std::string::npos) continue;
            const auto name = in_lower_case(pair.substr(0, equals));
            const auto value = unquoted(pair.substr(equals + 1));
            if (name == "for") hop.client = value;
            if (name == "proto") hop.proto = in_lower_case(value);
            if (name == "host") hop.host = in_lower_case(value);
        }
    }
    return hops;
}

// Some proxies add a value for each hop and some write the one that they know.
std::string value_of(const std::vector<std::string>& values, std::size_t hop, std::size_t hops) {
    if (values.empty()) return {};
    return in_lower_case(values.size() == hops ? values[hop] : values.back());
}

std::vector<Hop> customary_hops(const ForwardedHeaders& headers) {
    const auto clients = parts(headers.x_for, ',');
    const auto protos = parts(headers.x_proto, ','), hosts = parts(headers.x_host, ',');
    std::vector<Hop> hops;
    for (std::size_t i = 0; i < clients.size(); ++i)
        hops.push_back({clients[i], value_of(protos, i, clients.size()), value_of(hosts, i, clients.size())});
    return hops;
}

bool consists_of(std::string_view text, std::string_view punctuation) {
    return std::all_of(text.begin(), text.end(), [punctuation](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               punctuation.find(c) != std::string_view::npos;
    });
}

// These words go into links: nothing but an address may be made of them.
std::string base_url(const Hop& hop, std::string prefix) {
    const bool is_scheme = hop.proto == "http" || hop.proto == "https";
    const bool is_host = !hop.host.empty() && hop.host.size() <= most_host && consists_of(hop.host, "-.:[]_");
    if (!is_scheme || !is_host) return {};
    while (prefix.ends_with('/')) prefix.pop_back();
    const bool is_path = prefix.empty() || (prefix.starts_with('/') && prefix.size() <= most_prefix &&
                                            prefix.find("//") == std::string::npos &&
                                            prefix.find("..") == std::string::npos && consists_of(prefix, "/-._~"));
    return hop.proto + "://" + hop.host + (is_path ? prefix : "");
}

// The hop that tells of the client: the last one whose client is no proxy of ours.
Origin followed(const address& peer, std::vector<Hop> hops, const std::string& prefix, const TrustedProxies& trusted) {
    Origin origin{peer, {}};
    if (hops.size() > most_hops) hops.erase(hops.begin(), hops.end() - most_hops);
    while (!hops.empty()) {
        const auto hop = hops.back();
        hops.pop_back();
        const auto client = read_node(hop.client);
        if (!client) break;
        origin = {*client, base_url(hop, prefix)};
        if (!trusted.trusts(*client)) break;
    }
    return origin;
}

}  // namespace

bool TrustedProxies::add(std::string_view text) {
    const auto slash = text.find('/');
    boost::system::error_code bad;
    const auto first = boost::asio::ip::make_address(std::string(text.substr(0, slash)), bad);
    if (bad) return false;
    const unsigned most = first.is_v4() ? 32 : 128;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc() || end != digits.data() + digits.size() || bits > most) return false;
    }
    networks_.push_back({as_v6(first), bits + 128 - most});
    return true;
}

bool TrustedProxies::trusts(address asked) const {
    const auto bytes = as_v6(asked).to_bytes();
    return std::any_of(networks_.begin(), networks_.end(), [&bytes](const Network& network) {
        const auto first = network.first.to_bytes();
        for (unsigned i = 0; i < network.bits; ++i) {
            const auto bit = 0x80U >> (i % 8);
            if ((bytes[i / 8] & bit) != (first[i / 8] & bit)) return false;
        }
        return true;
    });
}

Origin origin_of(const address& peer, const ForwardedHeaders& headers, const TrustedProxies& trusted) {
    const Origin nobody{plain(peer), {}};
    if (!trusted.trusts(peer)) return nobody;
    // RFC 7239 knows no prefix: beside that header alone, it is not our proxy's word.
    const auto prefix = headers.x_for.empty() ? std::string() : parts(headers.x_prefix, ',').back();
    const auto by_rfc = followed(nobody.client, rfc_hops(headers.forwarded), prefix, trusted);
    const auto customary =
        headers.x_for.empty() ? nobody : followed(nobody.client, customary_hops(headers), prefix, trusted);
    if (headers.forwarded.empty()) return customary;
    if (headers.x_for.empty()) return by_rfc;
    const bool agree = by_rfc.client == customary.client && by_rfc.base_url == customary.base_url;
    return agree ? by_rfc : nobody;
}

}  // namespace fedmsgbot
