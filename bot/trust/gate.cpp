#include "bot/trust/gate.h"

#include <algorithm>
#include <utility>

namespace fedmsgbot {

void TrustCounters::add(const TrustCounters& other) {
    genuine += other.genuine;
    unsigned_messages += other.unsigned_messages;
    invalid += other.invalid;
    distrusted += other.distrusted;
    for (const auto& [reason, count] : other.suspects) suspects[reason] += count;
}

Trust trust_of(const Verdict& verdict) {
    if (verdict.is_valid()) return Trust::genuine;
    return verdict.kind == Verdict::Kind::unsigned_message ? Trust::unsigned_message : Trust::invalid;
}

Result<Verifier> make_verifier(const TrustSettings& settings) {
    auto authority = Authority::load(settings.ca_file.value_or(""), settings.crl_file);
    const auto unlisted = settings.is_nitpicky ? RoutingPolicy::Unlisted::refused : RoutingPolicy::Unlisted::allowed;
    auto policy = settings.policy_file ? RoutingPolicy::load(*settings.policy_file, unlisted) : RoutingPolicy(unlisted);
    Problems problems;
    if (!authority) problems = authority.problems();
    if (!policy) problems.insert(problems.end(), policy.problems().begin(), policy.problems().end());
    if (!problems.empty()) return problems;
    return Verifier(std::move(authority).value(), std::move(policy).value(),
                    settings.accepts_sha256 ? Digests::sha1_and_sha256 : Digests::sha1);
}

Gate::Gate(std::string source, Demand demand, Scrutinize scrutinize)
    : source_(std::move(source)), demand_(demand), scrutinize_(std::move(scrutinize)) {}

void Gate::pass(std::vector<Message>& messages) {
    if (!verifier_) return;
    std::erase_if(messages, [this](Message& message) { return !lets_through(message); });
}

bool Gate::lets_through(Message& message) {
    const auto scrutiny = scrutinize_(message.topic(), demand_);
    if (!scrutiny.is_asked || message.arrival().is_late) return true;
    // The frame's topic was compared when the message was read.
    const auto verdict = verifier_->verify(message.bytes());
    Arrival arrival = message.arrival();
    arrival.trust = trust_of(verdict);
    arrival.demand = demand_;
    if (verdict.is_valid()) {
        ++counters_.genuine;
        message.note_arrival(arrival);
        return true;
    }
    ++(arrival.trust == Trust::invalid ? counters_.invalid : counters_.unsigned_messages);
    ++counters_.suspects[verdict.reason];
    if (!scrutiny.takes_suspects) ++counters_.distrusted;
    tell(message, verdict, !scrutiny.takes_suspects);
    message.note_arrival(arrival);
    return scrutiny.takes_suspects;
}

void Gate::tell(const Message& message, const Verdict& verdict, bool is_dropped) {
    std::uint64_t held_back = 0;
    if (!limiter_.admits(held_back)) return;
    log::warn("trust.suspect", {{"source", source_},
                                {"topic", message.topic()},
                                {"id", message.id()},
                                {"why", describe(verdict)},
                                {"then", is_dropped ? "dropped" : "passed on, as each route says"},
                                {"not_logged", held_back}});
}

}  // namespace fedmsgbot
