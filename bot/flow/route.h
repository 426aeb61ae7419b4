#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/arrival.h"
#include "bot/core/problem.h"
#include "bot/core/severity.h"
#include "bot/core/topic.h"
#include "bot/flow/noise_settings.h"

namespace fedmsgbot {

// Whether a route keeps messages back for a while, to say in one sentence what belongs together.
struct CondenseSettings {
    std::chrono::milliseconds window{0};  // zero: everything goes at once
    bool first_waits = false;             // also the first of what belongs together waits for the window's end
};

// For people: `, condensed over 5m`; empty where nothing is.
std::string condensed(const CondenseSettings& settings);

// What an operator's [[route]] says: which messages go to which targets. All conditions must hold; an empty one always
// does.
struct RouteSettings {
    std::string name;
    std::vector<TopicPattern> topics;      // any of them; at least one
    std::vector<TopicPattern> not_topics;  // none of them
    std::vector<std::string> topic_text;   // RE2 on the whole topic; any. For what patterns cannot say: parts of words
    std::vector<std::string> not_topic_text;  // none
    std::vector<std::string> packages;        // globs (`python-*`) on the line's packages; any
    std::vector<std::string> users;           // globs on the line's usernames; any
    std::vector<std::string> text;            // RE2 on the rendered sentence; any
    std::vector<std::string> not_text;        // none
    Severity severity = Severity::debug;      // the message's is this or graver; debug: any
    std::string schema;                       // a glob on the schema that its headers name (`bodhi.*`)
    std::vector<std::string> to;              // targets: `libera/#fedora-fedmsg`, `timeline`
    std::vector<Position> to_positions;       // where each stands in the configuration
    CondenseSettings condense;
    NoiseSettings noise;
    std::optional<Demand> trust;  // nothing: as each source asks
};

// Where a route sends its lines.
struct Destination {
    std::string target;  // `libera/#fedora-fedmsg`
    // Under which name the journal has what waits to be condensed; empty where nothing is.
    std::string hold;
    // Likewise what the route's threshold and quiet hours keep back; and how many lines went by it, for the threshold.
    std::string reserve;
    CondenseSettings condense;
    NoiseSettings noise;

    Destination(std::string target, const RouteSettings& route);

    // Does a line go at once, whatever was said before?
    bool is_free() const { return hold.empty() && !noise.is_any(); }
};

// The target for which a hold or a reserve of that name keeps something back; empty for any other name. A journal may
// have one that the configuration does not know any more.
std::string target_of_hold(std::string_view name);
std::string target_of_reserve(std::string_view name);

}  // namespace fedmsgbot
