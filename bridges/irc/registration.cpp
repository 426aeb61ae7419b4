#include "bridges/irc/registration.h"

#include <utility>

#include <fmt/format.h>

#include "bot/core/log.h"
#include "bot/core/text.h"
#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_underscores = 5;

}  // namespace

Registration::Lines Registration::begin() {
    nick_ = settings_.nick;
    // Nothing waits for the list: a server that knows no capabilities goes on with the rest.
    Lines lines{std::string(Capabilities::ask)};
    if (!settings_.password.empty()) lines.push_back(irc_line({"PASS", settings_.password}));
    lines.push_back(irc_line({"NICK", nick_}));
    lines.push_back(irc_line({"USER", settings_.username, "0", "*", settings_.realname}));
    return lines;
}

Registration::Lines Registration::hear(const IrcMessage& message, TimePoint now) {
    if (message.command == "CAP") return hear_capabilities(message, now);
    if (message.command == "AUTHENTICATE" || (message.numeric >= 900 && message.numeric < 910))
        return hear_sasl(message);
    if (is_done_) return {};
    switch (message.numeric) {
        case numeric::welcome:
            if (is_negotiating_ && settings_.sasl != SaslMethod::none)
                fail_login(Ending::Kind::refused, "the server offers no SASL");
            is_negotiating_ = false;
            // The server may have cut the nick; it knows best what we are called.
            if (is_irc_word(message.parameter(0))) nick_ = message.parameter(0);
            is_done_ = true;
            return {};
        case numeric::wrong_password:
            failure_.emplace(Ending::Kind::refused, "the server refuses the password");
            return {};
        case numeric::banned_from_server:
            failure_.emplace(Ending::Kind::refused, "banned from the server: " + clean_line(message.last(), 300));
            return {};
        case numeric::erroneous_nick:
        case numeric::nick_in_use:
        case numeric::nick_collision:
        case numeric::unavailable:
            return try_next_nick(message);
        default:
            return {};
    }
}

Registration::Lines Registration::hear_capabilities(const IrcMessage& message, TimePoint now) {
    const bool is_answer = capabilities_.hear(message);
    const auto what = message.parameter(1);
    if ((what == "NEW" || (what == "LS" && is_answer)) && capabilities_.is_offered("sts")) {
        sts_ = StsOffer::parse(capabilities_.value("sts"));
        if (!settings_.tls && sts_->port != 0) {
            failure_.emplace(Ending::Kind::lost, fmt::format("the server demands TLS, on port {}", sts_->port));
            return {};
        }
    }
    const bool is_news = what == "NEW" && is_done_;
    if (is_news || (what == "LS" && is_answer && is_negotiating_ && !sasl_)) {
        auto lines = request_extras();
        if (!is_news || (Capabilities::is_about(message, "sasl") && !is_logged_in()))
            for (auto& line : request_login(now)) lines.push_back(std::move(line));
        return lines;
    }
    if (!is_answer || what == "LS" || !Capabilities::is_about(message, "sasl")) return {};
    if (!sasl_ || due_ == TimePoint::max()) return {};
    if (capabilities_.is_used("sasl")) return sasl_->begin();
    sasl_->give_up("the server takes SASL back");
    return end_sasl();
}

// Only what is offered: one unknown name refuses a whole request. Nothing waits for the answer, since all works without
// them too; the login is asked for by itself, so that a server which refuses these does not refuse it.
Registration::Lines Registration::request_extras() const {
    std::string names;
    const auto want = [&](const std::string& name) {
        if (capabilities_.is_offered(name) && !capabilities_.is_used(name)) names += (names.empty() ? "" : " ") + name;
    };
    for (const auto* name : {"message-tags", "server-time", "account-tag", "chghost", "echo-message", "batch"})
        want(name);
    // Of use with echoes only; and an answer of several lines comes as a batch.
    if (capabilities_.is_offered("echo-message") && capabilities_.is_offered("batch")) want("labeled-response");
    return names.empty() ? Lines{} : Lines{"CAP REQ :" + names};
}

Registration::Lines Registration::request_login(TimePoint now) {
    if (settings_.sasl == SaslMethod::none) return end_negotiation();
    const auto mechanism = Sasl::mechanism(settings_.sasl);
    const auto known = "," + capabilities_.value("sasl") + ",";
    const bool is_known = known == ",," || known.find("," + std::string(mechanism) + ",") != std::string::npos;
    if (!capabilities_.is_offered("sasl") || !is_known) {
        fail_login(Ending::Kind::refused, fmt::format("the server offers no SASL {}", mechanism));
        return end_negotiation();
    }
    sasl_.emplace(settings_);
    due_ = now + settings_.timings.sasl;
    return {"CAP REQ :sasl"};
}

Registration::Lines Registration::hear_sasl(const IrcMessage& message) {
    if (!sasl_ || due_ == TimePoint::max()) return {};
    auto lines = sasl_->hear(message);
    if (sasl_->state() == Sasl::State::under_way) return lines;
    for (auto& line : end_sasl()) lines.push_back(std::move(line));
    return lines;
}

Registration::Lines Registration::end_sasl() {
    due_ = TimePoint::max();
    if (is_logged_in())
        log::info("irc.logged_in", {{"server", settings_.server}, {"account", settings_.account}});
    else
        fail_login(Ending::Kind::refused, "SASL: " + sasl_->why());
    return end_negotiation();
}

Registration::Lines Registration::tick(TimePoint now) {
    if (now < due_) return {};
    due_ = TimePoint::max();
    auto lines = sasl_->give_up("no answer");
    fail_login(Ending::Kind::lost, "SASL: no answer");
    for (auto& line : end_negotiation()) lines.push_back(std::move(line));
    return lines;
}

// A login that fails while we are there already (services came back, and refuse us) costs us nothing that we had.
void Registration::fail_login(Ending::Kind kind, const std::string& why) {
    if (settings_.sasl_required && !is_done_)
        failure_.emplace(kind, why);
    else
        log::warn("irc.login_failed", {{"server", settings_.server}, {"why", why}});
}

Registration::Lines Registration::end_negotiation() {
    if (!std::exchange(is_negotiating_, false)) return {};
    return failure_ ? Lines{} : Lines{"CAP END"};
}

Registration::Lines Registration::try_next_nick(const IrcMessage& refusal) {
    log::warn("irc.nick_refused",
              {{"server", settings_.server}, {"nick", nick_}, {"why", clean_line(refusal.last(), 300)}});
    const auto& alternates = settings_.alternates;
    const auto attempt = attempts_++;
    if (attempt < alternates.size()) {
        nick_ = alternates[attempt];
    } else if (attempt < alternates.size() + max_underscores) {
        nick_ = settings_.nick + std::string(attempt - alternates.size() + 1, '_');
    } else {
        failure_.emplace(Ending::Kind::lost, "no nick that we may use is free");
        return {};
    }
    return {irc_line({"NICK", nick_})};
}

}  // namespace fedmsgbot
