#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "bridges/timeline/site.h"
#include "tests/bridges/timeline/live_timeline.h"

namespace fedmsgbot::testing {

// A timeline's pages without a server.
struct Pages {
    TempFolder folder;
    TimelineSettings settings;
    TimelineStore store{folder / "timeline.sqlite"};
    Site site{settings, store};

    void add(int first, int last) {
        for (int i = first; i <= last; ++i)
            add(message(fmt::format("id-{}", i)), full_line(fmt::format("text {}.", i)));
    }
    void add(const std::shared_ptr<const Message>& message, const std::shared_ptr<const Line>& line,
             SystemTime accepted_at = at_second(1385298309)) {
        store.insert({{*message, *line, accepted_at}});
    }
    PageAnswer get(const std::string& target) {
        const PageRequest request{target};
        return site.answer(request);
    }
};

inline bool has(const PageAnswer& answer, const std::string& text) {
    return answer.body.find(text) != std::string::npos;
}

inline std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

// An address of the header Link; empty where there is none.
inline std::string linked(const PageAnswer& answer, const std::string& relation) {
    const auto end = answer.links.find(">; rel=\"" + relation + "\"");
    if (end == std::string::npos) return {};
    const auto begin = answer.links.rfind('<', end) + 1;
    return answer.links.substr(begin, end - begin);
}

inline std::string without_origin(const std::string& address) { return address.substr(address.find("/api/")); }

}  // namespace fedmsgbot::testing
