#include "bot/commands/verifier_options.h"

#include <utility>

namespace fedmsgbot {

Result<Verifier> make_verifier(const VerifierOptions& options) {
    auto authority = Authority::load(options.ca, options.crl);
    const auto unlisted = options.is_nitpicky ? RoutingPolicy::Unlisted::refused : RoutingPolicy::Unlisted::allowed;
    auto policy = options.policy ? RoutingPolicy::load(*options.policy, unlisted) : RoutingPolicy(unlisted);
    Problems problems;
    if (!authority) problems = authority.problems();
    if (!policy) problems.insert(problems.end(), policy.problems().begin(), policy.problems().end());
    if (!problems.empty()) return problems;
    return Verifier(std::move(authority).value(), std::move(policy).value(),
                    options.accepts_sha256 ? Digests::sha1_and_sha256 : Digests::sha1);
}

}  // namespace fedmsgbot
