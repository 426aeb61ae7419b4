#include "bridges/irc/sasl.h"

#include <utility>

#include "bot/core/base64.h"
#include "bot/core/text.h"
#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t piece_bytes = 400;  // a shorter one is the last
constexpr std::size_t max_challenge = 8192;

// A response in pieces; an empty one, also after pieces that were all full, is a plus.
Sasl::Lines in_pieces(std::string_view bytes) {
    const auto text = to_base64(bytes);
    Sasl::Lines lines;
    for (std::size_t at = 0; at < text.size(); at += piece_bytes)
        lines.push_back("AUTHENTICATE " + text.substr(at, piece_bytes));
    if (text.size() % piece_bytes == 0) lines.push_back("AUTHENTICATE +");
    return lines;
}

}  // namespace

std::string_view Sasl::mechanism(SaslMethod method) {
    switch (method) {
        case SaslMethod::none:
            break;
        case SaslMethod::plain:
            return "PLAIN";
        case SaslMethod::external:
            return "EXTERNAL";
        case SaslMethod::scram_sha_256:
            return "SCRAM-SHA-256";
    }
    return {};
}

Sasl::Lines Sasl::begin() { return {irc_line({"AUTHENTICATE", mechanism(settings_.sasl)})}; }

Sasl::Lines Sasl::give_up(std::string why) {
    fail(std::move(why));
    return {"AUTHENTICATE *"};
}

void Sasl::fail(std::string why) {
    // The first reason is the true one; "aborted" follows it.
    if (state_ == State::under_way) why_ = std::move(why);
    state_ = State::failed;
}

Sasl::Lines Sasl::hear(const IrcMessage& message) {
    if (state_ != State::under_way) return {};
    if (message.command == "AUTHENTICATE") {
        const auto piece = message.parameter(0);
        if (piece != "+") challenge_ += piece;
        if (challenge_.size() > max_challenge) return give_up("the server's challenge is too long");
        if (piece.size() == piece_bytes) return {};
        const auto challenge = from_base64(std::exchange(challenge_, {}));
        return challenge ? respond(*challenge) : give_up("the server's challenge is no base64");
    }
    switch (message.numeric) {
        case numeric::sasl_done:
        case numeric::sasl_already:
            if (settings_.sasl == SaslMethod::scram_sha_256 && !is_proven_)
                fail("the server does not prove that it knows the password");
            else
                state_ = State::done;
            break;
        case numeric::sasl_locked:
        case numeric::sasl_failed:
        case numeric::sasl_too_long:
        case numeric::sasl_aborted:
            fail(clean_line(message.last(), 200));
            break;
        case numeric::sasl_mechanisms:
            fail("the server knows " + clean_line(message.parameter(1), 100) + " only");
            break;
        default:
            break;
    }
    return {};
}

Sasl::Lines Sasl::respond(std::string_view challenge) {
    switch (settings_.sasl) {
        case SaslMethod::none:
            break;
        case SaslMethod::plain:
            if (step_++ > 0) break;
            return in_pieces(std::string(1, '\0') + settings_.account + '\0' + settings_.account_password);
        case SaslMethod::external:
            if (step_++ > 0) break;
            return in_pieces(settings_.account);
        case SaslMethod::scram_sha_256:
            return respond_scram(challenge);
    }
    return give_up("the server asks once more");
}

Sasl::Lines Sasl::respond_scram(std::string_view challenge) {
    switch (step_++) {
        case 0:
            scram_.emplace(settings_.account, settings_.account_password);
            return in_pieces(scram_->first());
        case 1: {
            const auto answer = scram_->answer(challenge);
            return answer ? in_pieces(*answer) : give_up(scram_->why());
        }
        case 2:
            is_proven_ = scram_->is_proven_by(challenge);
            return is_proven_ ? in_pieces({}) : give_up(scram_->why());
        default:
            return give_up("the server asks once more");
    }
}

}  // namespace fedmsgbot
