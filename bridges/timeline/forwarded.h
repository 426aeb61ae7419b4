#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace fedmsgbot {

// Addresses and networks whose words about others are believed: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`. A value.
class TrustedProxies {
public:
    // False when it is neither an address nor a network.
    bool add(std::string_view text);
    bool trusts(boost::asio::ip::address address) const;

private:
    struct Network {
        boost::asio::ip::address_v6 first;
        unsigned bits;
    };
    std::vector<Network> networks_;
};

// What a proxy may say of the request that it passes on; each the values of all headers of that name, joined by commas.
struct ForwardedHeaders {
    std::string forwarded;  // RFC 7239
    std::string x_for, x_proto, x_host, x_prefix;
};

// Who asks, and what they call us.
struct Origin {
    boost::asio::ip::address client;
    std::string base_url;  // `https://bus.example.org/timeline`; empty: nobody told
};

// Believes the headers as far as trusted proxies wrote them: from the last entry back to the first that none of them
// vouches for. A proxy writes headers of one kind and passes those of the other kind on, which may be its client's
// invention: where both kinds are there and say different things, neither is believed.
Origin origin_of(const boost::asio::ip::address& peer, const ForwardedHeaders& headers, const TrustedProxies& trusted);

}  // namespace fedmsgbot
