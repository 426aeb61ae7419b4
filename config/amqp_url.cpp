#include "config/amqp_url.h"

#include <algorithm>
#include <charconv>

namespace fedmsgbot {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// False for an escape that is none, and for the NUL that no name on a broker holds.
bool unescape(std::string_view text, std::string& out) {
    out.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return false;
        const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0 || high + low == 0) return false;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return true;
}

// Cuts what follows the separator off `text` and returns it.
std::string_view cut(std::string_view& text, char separator) {
    const auto at = text.find(separator);
    if (at == std::string_view::npos) return {};
    const auto rest = text.substr(at + 1);
    text = text.substr(0, at);
    return rest;
}

bool read_port(std::string_view text, std::uint16_t& port) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

bool read_address(std::string_view address, AmqpUrl& url) {
    if (address.starts_with('[')) {
        const auto end = address.find(']');
        if (end == std::string_view::npos) return false;
        url.host = address.substr(1, end - 1);
        address.remove_prefix(end + 1);
        return address.empty() || (address.starts_with(':') && read_port(address.substr(1), url.port));
    }
    const bool has_port = address.find(':') != std::string_view::npos;
    const auto port = cut(address, ':');
    return unescape(address, url.host) && (!has_port || read_port(port, url.port));
}

}  // namespace

std::optional<AmqpUrl> parse_amqp_url(std::string_view text) {
    AmqpUrl url;
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; })) return {};
    if (text.starts_with("amqps://"))
        url.tls = true;
    else if (!text.starts_with("amqp://"))
        return {};
    text.remove_prefix(url.tls ? 8 : 7);
    url.port = url.tls ? 5671 : 5672;
    url.query = cut(text, '?');
    const auto vhost = cut(text, '/');
    if (!vhost.empty() && !unescape(vhost, url.vhost)) return {};
    auto address = text;
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        address = text.substr(at + 1);
        auto user = text.substr(0, at);
        const auto password = cut(user, ':');
        if (!unescape(user, url.user) || !unescape(password, url.password)) return {};
    }
    if (!read_address(address, url)) return {};
    return url;
}

}  // namespace fedmsgbot
