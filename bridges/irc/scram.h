#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fedmsgbot {

// The client's side of SCRAM-SHA-256 (RFC 5802, 7677), without channel binding: the server learns that we know the
// password, not the password, and must prove that it knows it too. Pure but for the nonce. A password is taken as its
// bytes: one beyond ASCII must have been normalised as the server does it.
class Scram {
public:
    Scram(std::string user, std::string password);
    // With a nonce of the caller's, for tests.
    Scram(std::string user, std::string password, std::string nonce);

    std::string first() const;
    // The answer to the server's challenge; nothing for one that is wrong, why() says how.
    std::optional<std::string> answer(std::string_view challenge);
    // Is the server's last word the proof that we wait for?
    bool is_proven_by(std::string_view last);

    const std::string& why() const { return why_; }

private:
    std::string first_bare() const;
    std::optional<std::string> fail(std::string why);

    std::string user_;
    std::string password_;
    std::string nonce_;
    std::string server_signature_;
    std::string why_;
};

}  // namespace fedmsgbot
