#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "bot/trust/trust_settings.h"

namespace fedmsgbot {

struct FormatOptions {
    bool as_json = false;
    bool is_condensed = false;                      // few sentences for all of the input, by the [[condense]] rules
    std::vector<std::filesystem::path> rules;       // folders that come before the shipped rules
    std::optional<std::filesystem::path> accounts;  // a JSON object nick or e-mail -> account name
    std::optional<std::filesystem::path> file;      // standard input where absent
    TrustSettings trust;  // with a CA each message is verified; what is suspect is shown as that
};

// `fedmsgbot format`: messages, one JSON a line; one line out for each, in order, always. Condensed: one a sentence, in
// the order of their first messages, at the end of the input, after those for what was no message; what is silent has
// none.
// Exit status: 0; 1 when a line was no message (its line says so); 2 when a file or a rule cannot be used.
int format_command(const FormatOptions& options);

}  // namespace fedmsgbot
