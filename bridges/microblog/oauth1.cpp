#include "bridges/microblog/oauth1.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <nlohmann/json.hpp>

#include "bot/core/base64.h"
#include "bot/core/json.h"
#include "bot/core/text.h"
#include "bot/core/uuid.h"

namespace fedmsgbot {

namespace {

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Of a query: `+` is a blank there. What is no escape stays as it is.
std::string decode(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hexadecimal(text[i + 1]) : -1;
        const int low = high >= 0 ? hexadecimal(text[i + 2]) : -1;
        if (low >= 0) {
            plain += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            plain += text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

// Scheme and host in lower case, the port only where it is not the scheme's own, the path, and nothing behind it
// (section 3.4.1.2): as the server sees itself.
std::string base_address(std::string_view address) {
    const auto slashes = address.find("://");
    if (slashes == std::string_view::npos) return std::string(address);
    const std::string scheme = in_lower_case(address.substr(0, slashes));
    address.remove_prefix(slashes + 3);
    const auto path_begin = std::min(address.find('/'), address.size());
    std::string host = in_lower_case(address.substr(0, path_begin));
    const std::string_view own_port = scheme == "https" ? ":443" : ":80";
    if (host.ends_with(own_port)) host.resize(host.size() - own_port.size());
    const auto path = address.substr(path_begin);
    return scheme + "://" + host + (path.empty() ? "/" : std::string(path));
}

std::string normalised(const OAuthFields& parameters) {
    std::vector<std::pair<std::string, std::string>> encoded;
    for (const auto& [name, value] : parameters) encoded.emplace_back(percent_encode(name), percent_encode(value));
    std::sort(encoded.begin(), encoded.end());  // by bytes, equal names by their values
    std::string text;
    for (const auto& [name, value] : encoded) text += (text.empty() ? "" : "&") + name + "=" + value;
    return text;
}

}  // namespace

bool is_whole(const OAuthKeys& keys) {
    return !keys.consumer_key.empty() && !keys.token.empty() && !keys.token_secret.empty();
}

OAuthFields parse_oauth_fields(std::string_view text) {
    OAuthFields fields;
    while (!text.empty()) {
        const auto part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const auto equals = std::min(part.find('='), part.size());
        const auto value = part.substr(std::min(part.size(), equals + 1));
        if (!part.empty()) fields.emplace_back(decode(part.substr(0, equals)), decode(value));
    }
    return fields;
}

std::string oauth_base_string(std::string_view method, std::string_view url, OAuthFields parameters) {
    url = url.substr(0, url.find('#'));
    const auto question = std::min(url.find('?'), url.size());
    for (auto& field : parse_oauth_fields(url.substr(std::min(url.size(), question + 1))))
        parameters.push_back(std::move(field));
    return std::string(method) + "&" + percent_encode(base_address(url.substr(0, question))) + "&" +
           percent_encode(normalised(parameters));
}

std::string oauth_signature(std::string_view base_string, const OAuthKeys& keys) {
    const std::string key = percent_encode(keys.consumer_secret) + "&" + percent_encode(keys.token_secret);
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned int size = 0;
    if (!HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(base_string.data()), base_string.size(), code.data(), &size))
        throw std::runtime_error("HMAC-SHA1 is not to be had from OpenSSL");
    return to_base64({reinterpret_cast<const char*>(code.data()), size});
}

std::string oauth_authorization(std::string_view method, std::string_view url, const OAuthFields& form,
                                const OAuthKeys& keys, const OAuthMoment& moment, const OAuthFields& more) {
    OAuthFields header{{"oauth_consumer_key", keys.consumer_key},
                       {"oauth_nonce", moment.nonce},
                       {"oauth_signature_method", "HMAC-SHA1"},
                       {"oauth_timestamp", std::to_string(moment.timestamp)}};
    if (!keys.token.empty()) header.emplace_back("oauth_token", keys.token);
    header.insert(header.end(), more.begin(), more.end());
    OAuthFields parameters = header;
    parameters.insert(parameters.end(), form.begin(), form.end());
    header.emplace_back("oauth_signature", oauth_signature(oauth_base_string(method, url, parameters), keys));
    std::string text = "OAuth ";
    for (const auto& [name, value] : header)
        text += (text.ends_with(' ') ? "" : ",") + percent_encode(name) + "=\"" + percent_encode(value) + "\"";
    return text;
}

OAuthMoment oauth_moment() {
    std::string nonce = random_uuid();
    std::erase(nonce, '-');
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::move(nonce), std::chrono::duration_cast<std::chrono::seconds>(now).count()};
}

std::optional<OAuthKeys> parse_oauth_keys(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    if (!document || !document->root().is_object()) return std::nullopt;
    OAuthKeys keys;
    for (const auto& [name, member] : {std::pair{"consumer_key", &keys.consumer_key},
                                       {"consumer_secret", &keys.consumer_secret},
                                       {"token", &keys.token},
                                       {"token_secret", &keys.token_secret}}) {
        const auto value = document->root()[name];
        if (!value.is_missing() && !value.is_text()) return std::nullopt;
        *member = std::string(value.text());
    }
    return keys;
}

std::string oauth_keys_text(const OAuthKeys& keys) {
    const nlohmann::ordered_json json{{"consumer_key", keys.consumer_key},
                                      {"consumer_secret", keys.consumer_secret},
                                      {"token", keys.token},
                                      {"token_secret", keys.token_secret}};
    return json.dump(2);
}

}  // namespace fedmsgbot
