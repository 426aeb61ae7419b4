#include "bot/flow/route.h"

#include <utility>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

// No target has a blank in it.
constexpr std::string_view held_for = " condensed by ", kept_for = " kept back by ";

std::string before(std::string_view name, std::string_view words) {
    const auto at = name.find(words);
    return at == std::string_view::npos ? std::string() : std::string(name.substr(0, at));
}

}  // namespace

Destination::Destination(std::string target, const RouteSettings& route)
    : target(std::move(target)), condense(route.condense), noise(route.noise) {
    if (condense.window.count() > 0) hold = fmt::format("{}{}{}", this->target, held_for, route.name);
    if (noise.keeps_back()) reserve = fmt::format("{}{}{}", this->target, kept_for, route.name);
}

std::string condensed(const CondenseSettings& settings) {
    if (settings.window.count() == 0) return {};
    const auto seconds = std::chrono::duration<double>(settings.window).count();
    return fmt::format(", condensed over {} s{}", seconds, settings.first_waits ? "" : " after a first message");
}

std::string target_of_hold(std::string_view name) { return before(name, held_for); }

std::string target_of_reserve(std::string_view name) { return before(name, kept_for); }

}  // namespace fedmsgbot
