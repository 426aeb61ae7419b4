#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "bot/core/result.h"

namespace fedmsgbot {

// Who may sign what: whole topics, each with the common names of its signers. A topic that is not listed may be signed
// by anybody with a certificate, or, nitpicky, by nobody. A value.
class RoutingPolicy {
public:
    enum class Unlisted { allowed, refused };
    enum class Answer { allowed, wrong_signer, unlisted_topic };

    explicit RoutingPolicy(Unlisted unlisted = Unlisted::allowed) : unlisted_(unlisted) {}

    // A JSON object: topic -> list of names. Problems: the file, and each entry that is none.
    static Result<RoutingPolicy> load(const std::filesystem::path& file, Unlisted unlisted);

    Answer ask(std::string_view topic, std::string_view signer) const;

private:
    Unlisted unlisted_;
    std::map<std::string, std::set<std::string, std::less<>>, std::less<>> signers_;
};

}  // namespace fedmsgbot
