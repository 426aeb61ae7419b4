#include "bridges/timeline/forwarded.h"

#include <stdexcept>

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using boost::asio::ip::make_address;

namespace {

TrustedProxies trusting(const std::vector<std::string>& networks) {
    TrustedProxies trusted;
    for (const auto& network : networks)
        if (!trusted.add(network)) throw std::invalid_argument(network);
    return trusted;
}

struct Told {
    std::string client, base_url;
    bool operator==(const Told&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Told& told) { return out << told.client << ' ' << told.base_url; }

Told told(const std::string& peer, const ForwardedHeaders& headers, const TrustedProxies& trusted) {
    const auto origin = origin_of(make_address(peer), headers, trusted);
    return {origin.client.to_string(), origin.base_url};
}

const TrustedProxies ours = trusting({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});

}  // namespace

TEST_CASE("addresses and networks are trusted, others are not") {
    const auto trusted = trusting({"192.0.2.7", "10.16.0.0/12", "fd00:1::/32", "0.0.0.0/32"});
    const auto [address, is_trusted] = GENERATE(table<std::string, bool>({
        {"192.0.2.7", true},
        {"192.0.2.8", false},
        {"::ffff:192.0.2.7", true},
        {"10.16.0.1", true},
        {"10.31.255.255", true},
        {"10.32.0.0", false},
        {"fd00:1:2::3", true},
        {"fd00:2::", false},
        {"127.0.0.1", false},
    }));
    INFO(address);
    CHECK(trusted.trusts(make_address(address)) == is_trusted);
    CHECK_FALSE(TrustedProxies().trusts(make_address(address)));
}

TEST_CASE("what is no address is no proxy") {
    const auto text = GENERATE(as<std::string>(), "", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/",
                               "fd00::/129", "10.0.0/8", "10.0.0.0/8x", "*");
    INFO(text);
    CHECK_FALSE(TrustedProxies().add(text));
}

TEST_CASE("the word of a proxy that is trusted is taken, in both of its forms") {
    CHECK(told("127.0.0.1", {"", "203.0.113.9", "https", "bus.example.org", "/timeline/"}, ours) ==
          Told{"203.0.113.9", "https://bus.example.org/timeline"});
    CHECK(told("127.0.0.1", {"for=203.0.113.9;proto=https;host=bus.example.org", "", "", "", ""}, ours) ==
          Told{"203.0.113.9", "https://bus.example.org"});
    CHECK(told("127.0.0.1",
               {"For=\"[2001:db8::9]:4711\"; Proto=HTTPS; Host=\"bus.example.org:8443\"", "", "", "", "/x"},
               ours) == Told{"2001:db8::9", "https://bus.example.org:8443"});
    CHECK(told("127.0.0.1", {"", "203.0.113.9:55123", "http", "bus.example.org:8080", ""}, ours) ==
          Told{"203.0.113.9", "http://bus.example.org:8080"});
}

TEST_CASE("nobody else's word is taken") {
    const ForwardedHeaders claims{"for=198.51.100.1;proto=https;host=evil.example", "198.51.100.1", "https",
                                  "evil.example", "/evil"};
    CHECK(told("203.0.113.9", claims, ours) == Told{"203.0.113.9", ""});
    CHECK(told("127.0.0.1", claims, {}) == Told{"127.0.0.1", ""});
}

TEST_CASE("of a chain, the last hop that is no proxy of ours is the reader, whatever it claims") {
    // The reader made up the first entry; two of our proxies added the others.
    CHECK(told("127.0.0.1",
               {"", "198.51.100.1, 203.0.113.9, 10.0.0.5", "ftp, https, http", "evil, bus.example.org, inner", ""},
               ours) == Told{"203.0.113.9", "https://bus.example.org"});
    CHECK(told("127.0.0.1",
               {"for=198.51.100.1;host=evil, for=203.0.113.9;host=bus.example.org;proto=https, for=10.0.0.5", "", "",
                "", ""},
               ours) == Told{"203.0.113.9", "https://bus.example.org"});
    // All of them are ours: a request from within.
    CHECK(told("127.0.0.1", {"", "10.0.0.6, 10.0.0.5", "https", "bus.example.org", ""}, ours) ==
          Told{"10.0.0.6", "https://bus.example.org"});
    CHECK(told("127.0.0.1", {"", "203.0.113.9, unknown", "https", "bus.example.org", ""}, ours) ==
          Told{"127.0.0.1", ""});
}

TEST_CASE("a reader that sends the other kind of header through a proxy is not believed") {
    ForwardedHeaders headers{"for=198.51.100.1;proto=https;host=evil.example", "203.0.113.9", "https",
                             "bus.example.org", ""};
    CHECK(told("127.0.0.1", headers, ours) == Told{"127.0.0.1", ""});
    headers.forwarded = "for=203.0.113.9;proto=https;host=bus.example.org";
    CHECK(told("127.0.0.1", headers, ours) == Told{"203.0.113.9", "https://bus.example.org"});
}

TEST_CASE("nothing but an address is made of a proxy's words") {
    const auto [proto, host, prefix, base_url] = GENERATE(table<std::string, std::string, std::string, std::string>({
        {"javascript", "bus.example.org", "", ""},
        {"https", "", "", ""},
        {"https", "bus.example.org/x?y", "", ""},
        {"https", "a\"><script>", "", ""},
        {"https", "user@evil.example", "", ""},
        {"https", std::string(300, 'a'), "", ""},
        {"https", "bus.example.org", "no/slash", "https://bus.example.org"},
        {"https", "bus.example.org", "//evil.example", "https://bus.example.org"},
        {"https", "bus.example.org", "/a/../b", "https://bus.example.org"},
        {"https", "bus.example.org", "/a\"b", "https://bus.example.org"},
        {"https", "bus.example.org", "/" + std::string(300, 'a'), "https://bus.example.org"},
        {"https", "bus.example.org", "/", "https://bus.example.org"},
        {"https", "[2001:db8::1]:443", "/a/b-c_d.e~f", "https://[2001:db8::1]:443/a/b-c_d.e~f"},
    }));
    INFO(proto << ' ' << host << ' ' << prefix);
    CHECK(told("127.0.0.1", {"", "203.0.113.9", proto, host, prefix}, ours).base_url == base_url);
}

TEST_CASE("garbage in a proxy's headers does no harm") {
    const auto text =
        GENERATE(as<std::string>(), ",,,,", "for", "for=", "for=\"", ";;=;", "for=[", "for=[]", "\x01\xff",
                 "for=203.0.113.9,for=\"[::1", std::string(5000, ','), std::string(5000, '"'));
    CHECK_NOTHROW(told("127.0.0.1", {text, text, text, text, text}, ours));
    CHECK(told("127.0.0.1", {"", text, "https", "bus.example.org", ""}, ours).client == "127.0.0.1");
}
