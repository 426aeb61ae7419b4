#include "bridges/irc/scram.h"

#include <charconv>
#include <stdexcept>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "bot/core/base64.h"
#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t hash_bytes = 32;
constexpr std::size_t nonce_bytes = 18;
constexpr std::size_t max_challenge = 4096;
// RFC 7677 asks for at least 4,096; more than this is a server that wants to keep us busy.
constexpr int least_rounds = 4096;
constexpr int most_rounds = 500'000;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void must(bool is_done) {
    if (!is_done) throw std::runtime_error("OpenSSL cannot compute SCRAM-SHA-256");
}

std::string keyed(std::string_view key, std::string_view text) {
    std::string code(hash_bytes, '\0');
    must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), bytes_of(code),
              nullptr) != nullptr);
    return code;
}

std::string hashed(std::string_view text) {
    std::string code(hash_bytes, '\0');
    must(EVP_Digest(text.data(), text.size(), bytes_of(code), nullptr, EVP_sha256(), nullptr) == 1);
    return code;
}

std::string stretched(std::string_view password, std::string_view salt, int rounds) {
    std::string key(hash_bytes, '\0');
    must(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                           static_cast<int>(salt.size()), rounds, EVP_sha256(), static_cast<int>(key.size()),
                           bytes_of(key)) == 1);
    return key;
}

std::string fresh_nonce() {
    std::string bytes(nonce_bytes, '\0');
    must(RAND_bytes(bytes_of(bytes), static_cast<int>(bytes.size())) == 1);
    return to_base64(bytes);  // holds no comma
}

std::string escaped(std::string_view name) {
    std::string text;
    for (const char c : name) c == '=' ? text += "=3D" : c == ',' ? text += "=2C" : text += c;
    return text;
}

// The value of `letter=value`, which must come next in a list with commas.
std::optional<std::string_view> take(std::string_view& list, char letter) {
    auto part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(part.size() + 1, list.size()));
    if (part.size() < 2 || part[0] != letter || part[1] != '=') return std::nullopt;
    return part.substr(2);
}

}  // namespace

Scram::Scram(std::string user, std::string password) : Scram(std::move(user), std::move(password), fresh_nonce()) {}

Scram::Scram(std::string user, std::string password, std::string nonce)
    : user_(std::move(user)), password_(std::move(password)), nonce_(std::move(nonce)) {}

std::string Scram::first_bare() const { return "n=" + escaped(user_) + ",r=" + nonce_; }

std::string Scram::first() const { return "n,," + first_bare(); }

std::optional<std::string> Scram::fail(std::string why) {
    why_ = std::move(why);
    return std::nullopt;
}

std::optional<std::string> Scram::answer(std::string_view challenge) {
    if (challenge.size() > max_challenge) return fail("the server's challenge is too long");
    auto rest = challenge;
    const auto nonce = take(rest, 'r');
    const auto salt_text = take(rest, 's');
    const auto rounds_text = take(rest, 'i');
    const auto salt = salt_text ? from_base64(*salt_text) : std::nullopt;
    int rounds = 0;
    if (rounds_text) std::from_chars(rounds_text->data(), rounds_text->data() + rounds_text->size(), rounds);
    if (!nonce || !salt || salt->empty()) return fail("the server's challenge is none of SCRAM");
    if (!nonce->starts_with(nonce_) || nonce->size() == nonce_.size())
        return fail("the server's challenge is not for us");
    if (rounds < least_rounds || rounds > most_rounds) return fail("the server wants too few or too many iterations");

    const std::string without_proof = "c=biws,r=" + std::string(*nonce);  // biws: `n,,`
    const std::string all = first_bare() + "," + std::string(challenge) + "," + without_proof;
    const auto salted = stretched(password_, *salt, rounds);
    auto proof = keyed(salted, "Client Key");
    const auto signature = keyed(hashed(proof), all);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ signature[i]);
    server_signature_ = keyed(keyed(salted, "Server Key"), all);
    return without_proof + ",p=" + to_base64(proof);
}

bool Scram::is_proven_by(std::string_view last) {
    const bool is_error = last.starts_with("e=");
    const auto value = take(last, 'v');
    const auto signature = value ? from_base64(*value) : std::nullopt;
    if (signature && signature->size() == hash_bytes && server_signature_.size() == hash_bytes &&
        CRYPTO_memcmp(signature->data(), server_signature_.data(), hash_bytes) == 0)
        return true;
    why_ = is_error ? "the server refuses: " + clean_line(last, 100) : "the server does not know the password itself";
    return false;
}

}  // namespace fedmsgbot
