#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/arrival.h"
#include "bot/core/json.h"
#include "bot/core/line.h"
#include "bot/core/result.h"
#include "bot/flow/route.h"

namespace fedmsgbot {

// Decides which targets get a line. Pure; remembers its answers by topic in a bounded table, so that the topic's part
// of the decision is made once a topic and not once a message. One thread.
class Router {
public:
    // Why one route takes a message or does not.
    struct Verdict {
        std::string route;
        std::vector<std::string> to;
        CondenseSettings condense;
        NoiseSettings noise;
        std::optional<Demand> trust;  // the route's own
        bool is_marked = false;       // it takes it, and shows no more than that it is suspect
        std::string
            hindrance;  // empty when it takes it; else the condition, as `packages = ["kernel"]: the line has bash`
    };

    // Problems: a regular expression that RE2 refuses (with the route's name; the configuration reader gives the
    // position).
    static Result<Router> make(std::vector<RouteSettings> routes);
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    ~Router();

    // May any route want this topic, whatever the message says? Never one of our own.
    bool may_want(std::string_view topic) const;

    // What is asked of a message with that topic from a source with that demand.
    Scrutiny scrutiny(std::string_view topic, Demand source) const;

    // `headers`: the message's, for the conditions that look at them; missing where it has none.
    // Indices into destinations(), rising; each target once: where one route has it at once, at once; else where it is
    // not condensed; of several that do the same, as the first of them does.
    const std::vector<std::size_t>& route(std::string_view topic, const Line& line, JsonView headers = {},
                                          const Arrival& arrival = {});

    // Whether the target has to see that a message is suspect: a route that takes it there says so, or none takes it
    // there any more.
    bool marks(std::string_view target, std::string_view topic, const Line& line, JsonView headers,
               const Arrival& arrival) const;

    // What the routes' conditions look at of a line.
    LineParts reads() const;

    // All destinations of all routes, each once, in the order of the routes.
    const std::vector<Destination>& destinations() const;

    // Every route in order, with its verdict.
    std::vector<Verdict> explain(std::string_view topic, const Line& line, JsonView headers = {},
                                 const Arrival& arrival = {}) const;

private:
    struct State;
    explicit Router(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
