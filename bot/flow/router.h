#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

    // `headers`: the message's, for the conditions that look at them; missing where it has none.
    // Indices into destinations(), rising; each target once: where one route has it at once and another condensed, at
    // once; where several condense, as the first of them does.
    const std::vector<std::size_t>& route(std::string_view topic, const Line& line, JsonView headers = {});

    // What the routes' conditions look at of a line.
    LineParts reads() const;

    // All destinations of all routes, each once, in the order of the routes.
    const std::vector<Destination>& destinations() const;

    // Every route in order, with its verdict.
    std::vector<Verdict> explain(std::string_view topic, const Line& line, JsonView headers = {}) const;

private:
    struct State;
    explicit Router(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
