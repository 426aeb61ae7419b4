#include "tests/support/sasl_ircd.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace fedmsgbot::testing {

namespace asio = boost::asio;

namespace {

using Client = ScriptedIrcd::Client;
constexpr int rounds = 4096;

std::string encode(const std::string& bytes) {
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::array<unsigned, 3> three{};
        for (std::size_t k = 0; k < 3 && i + k < bytes.size(); ++k) three[k] = static_cast<unsigned char>(bytes[i + k]);
        const auto bits = (three[0] << 16) | (three[1] << 8) | three[2];
        for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? letters[(bits >> (18 - 6 * k)) & 63] : '=';
    }
    return text;
}

std::string decode(const std::string& text) {
    static const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        const auto at = letters.find(c);
        if (at == std::string::npos) break;
        bits = (bits << 6) | static_cast<unsigned>(at);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 255);
    }
    return bytes;
}

std::string hmac(const std::string& key, const std::string& text) {
    unsigned char code[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), code, &size);
    return {reinterpret_cast<char*>(code), size};
}

std::string sha256(const std::string& text) {
    unsigned char code[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), code, &size, EVP_sha256(), nullptr);
    return {reinterpret_cast<char*>(code), size};
}

std::string exclusive_or(std::string a, const std::string& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i % b.size()]);
    return a;
}

// Hi() of RFC 5802, step by step.
std::string salted(const std::string& password, const std::string& salt) {
    auto step = hmac(password, salt + std::string("\0\0\0\1", 4));
    auto sum = step;
    for (int i = 1; i < rounds; ++i) {
        step = hmac(password, step);
        sum = exclusive_or(sum, step);
    }
    return sum;
}

asio::awaitable<std::string> response(Client& client) {
    const auto line = co_await client.read_until("AUTHENTICATE ");
    co_return decode(line.substr(std::min<std::size_t>(line.size(), 13)));
}

asio::awaitable<bool> check_scram(Client& client, SaslAccount account) {
    co_await client.send("AUTHENTICATE +");
    const auto first = co_await response(client);
    const auto bare = first.substr(std::min<std::size_t>(first.size(), 3));
    const std::string user = "n=" + account.name + ",r=";
    if (!first.starts_with("n,,") || !bare.starts_with(user)) co_return false;
    const std::string nonce = bare.substr(user.size()) + "andTheServers";
    const std::string salt = "salt of a test";
    const std::string challenge = "r=" + nonce + ",s=" + encode(salt) + ",i=" + std::to_string(rounds);
    co_await client.send("AUTHENTICATE " + encode(challenge));
    const auto last = co_await response(client);
    const auto proof_at = last.find(",p=");
    const auto without_proof = last.substr(0, proof_at);
    if (proof_at == std::string::npos || without_proof != "c=biws,r=" + nonce) co_return false;
    const auto all = bare + "," + challenge + "," + without_proof;
    const auto key = salted(account.password, salt);
    const auto stored = sha256(hmac(key, "Client Key"));
    const auto proof = decode(last.substr(proof_at + 3));
    if (sha256(exclusive_or(proof, hmac(stored, all))) != stored) co_return false;
    co_await client.send("AUTHENTICATE " + encode("v=" + encode(hmac(hmac(key, "Server Key"), all))));
    const auto end = co_await response(client);
    co_return end.empty();
}

asio::awaitable<bool> check_plain(Client& client, SaslAccount account) {
    co_await client.send("AUTHENTICATE +");
    const auto given = co_await response(client);
    co_return given == std::string(1, '\0') + account.name + '\0' + account.password;
}

}  // namespace

asio::awaitable<void> welcome_with_sasl(Client& client, SaslAccount account) {
    co_await client.meet();
    co_await client.send(":irc.example CAP * LS * :multi-prefix cap-notify");
    co_await client.send(":irc.example CAP * LS :sasl=PLAIN,SCRAM-SHA-256 server-time");
    co_await client.read_until("CAP REQ :sasl");
    co_await client.send(":irc.example CAP * ACK :sasl");
    const auto chosen = co_await client.read_until("AUTHENTICATE ");
    bool is_good = false;
    if (chosen == "AUTHENTICATE PLAIN")
        is_good = co_await check_plain(client, account);
    else if (chosen == "AUTHENTICATE SCRAM-SHA-256")
        is_good = co_await check_scram(client, account);
    co_await client.send(is_good ? ":irc.example 903 * :SASL authentication successful"
                                 : ":irc.example 904 * :SASL authentication failed");
    const auto end = co_await client.read_until("CAP END");
    if (!end.empty()) co_await client.admit();
}

}  // namespace fedmsgbot::testing
