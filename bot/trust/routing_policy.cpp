#include "bot/trust/routing_policy.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "bot/core/json.h"
#include "bot/core/text.h"

namespace fedmsgbot {

Result<RoutingPolicy> RoutingPolicy::load(const std::filesystem::path& file, Unlisted unlisted) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return Problem{{file.string()}, std::strerror(errno)};
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto json = JsonDocument::parse(bytes);
    if (!json || !json->root().is_object())
        return Problem{{file.string()}, "not a JSON object of topic -> list of names"};
    RoutingPolicy policy(unlisted);
    Problems problems;
    json->root().each_member([&](std::string_view topic, JsonView names) {
        auto& signers = policy.signers_[std::string(topic)];
        bool is_fine = names.is_array();
        names.each_element([&](JsonView name) {
            is_fine = is_fine && name.is_text();
            signers.emplace(name.text());
            return true;
        });
        if (!is_fine)
            problems.push_back({{file.string()}, fmt::format("{}: not a list of names", clean_line(topic, 200))});
        return true;
    });
    if (!problems.empty()) return problems;
    return policy;
}

RoutingPolicy::Answer RoutingPolicy::ask(std::string_view topic, std::string_view signer) const {
    const auto entry = signers_.find(topic);
    if (entry == signers_.end()) return unlisted_ == Unlisted::allowed ? Answer::allowed : Answer::unlisted_topic;
    return entry->second.contains(signer) ? Answer::allowed : Answer::wrong_signer;
}

}  // namespace fedmsgbot
