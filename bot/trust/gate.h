#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/log.h"
#include "bot/core/message.h"
#include "bot/trust/trust_settings.h"
#include "bot/trust/verifier.h"

namespace fedmsgbot {

// What a gate found. `suspects` has a number for each reason that a verdict gave.
struct TrustCounters {
    std::uint64_t genuine = 0;
    std::uint64_t unsigned_messages = 0;
    std::uint64_t invalid = 0;
    std::uint64_t distrusted = 0;  // of these two: dropped, since nobody takes what is suspect
    std::map<std::string_view, std::uint64_t> suspects;

    void add(const TrustCounters& other);
};

// Stands behind one source: verifies its messages, each once, and only where the source or a route asks for it; notes
// on each what it found, and drops what nobody would take. What comes late was vouched for by its archive and passes.
// Suspects are counted by reason and logged, at a limited rate, with topic and id. One thread.
class Gate {
public:
    // Asked of the routes.
    using Scrutinize = std::function<Scrutiny(std::string_view topic, Demand source)>;

    // Everything passes unchecked until it has a verifier.
    Gate(std::string source, Demand demand, Scrutinize scrutinize);

    // Takes out what is dropped.
    void pass(std::vector<Message>& messages);

    void renew(Verifier verifier) { verifier_ = std::move(verifier); }
    bool can_verify() const { return verifier_.has_value(); }
    const TrustCounters& counters() const { return counters_; }

private:
    bool lets_through(Message& message);
    void tell(const Message& message, const Verdict& verdict, bool is_dropped);

    std::string source_;
    Demand demand_;
    std::optional<Verifier> verifier_;
    Scrutinize scrutinize_;
    TrustCounters counters_;
    log::Limiter limiter_;
};

// Of what the settings name. Problems: a file that cannot be used.
Result<Verifier> make_verifier(const TrustSettings& settings);

// The verdict as a message carries it.
Trust trust_of(const Verdict& verdict);

}  // namespace fedmsgbot
