#include "bot/trust/verdict.h"

#include <fmt/format.h>

namespace fedmsgbot {

std::string describe(const Verdict& verdict) {
    return verdict.detail.empty() ? std::string(verdict.reason)
                                  : fmt::format("{} ({})", verdict.reason, verdict.detail);
}

}  // namespace fedmsgbot
