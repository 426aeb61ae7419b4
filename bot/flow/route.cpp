#include "bot/flow/route.h"

#include <utility>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

// No target has a blank in it.
constexpr std::string_view held_for = " condensed by ";

}  // namespace

Destination::Destination(std::string target, const RouteSettings& route)
    : target(std::move(target)), condense(route.condense) {
    if (condense.window.count() > 0) hold = this->target + std::string(held_for) + route.name;
}

std::string condensed(const CondenseSettings& settings) {
    if (settings.window.count() == 0) return {};
    const auto seconds = std::chrono::duration<double>(settings.window).count();
    return fmt::format(", condensed over {} s{}", seconds, settings.first_waits ? "" : " after a first message");
}

std::string target_of_hold(std::string_view name) {
    const auto at = name.find(held_for);
    return at == std::string_view::npos ? std::string() : std::string(name.substr(0, at));
}

}  // namespace fedmsgbot
