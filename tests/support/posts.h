#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bot/core/post.h"

namespace fedmsgbot::testing {

// An answer book that remembers: what was settled how, and how often.
class FakeReceipts : public Receipts {
public:
    void settle(Entry entry, const std::string& target, Settlement settlement) override {
        ++settlements;
        settled[{target, entry}] = settlement;
    }

    std::map<std::pair<std::string, Entry>, Settlement> settled;
    std::size_t settlements = 0;
};

inline std::shared_ptr<const Message> message(std::string_view id, std::string_view text = "text") {
    auto parsed = Message::parse(fmt::format(
        R"({{"topic":"org.fedoraproject.prod.test.thing","msg_id":"{}","msg":{{"text":"{}"}}}})", id, text));
    return std::make_shared<const Message>(std::move(parsed).value());
}

inline std::shared_ptr<const Line> line(std::string text, std::string link = {}) {
    auto made = std::make_shared<Line>();
    made->rule = "test.toml:thing";
    made->service = "test";
    made->title = "test.thing";
    made->text = std::move(text);
    made->link = std::move(link);
    return made;
}

inline Post post(Receipts& book, Entry entry, std::string target, std::string address = {},
                 SystemTime accepted_at = std::chrono::system_clock::now()) {
    return Post(message(fmt::format("id-{}", entry)), line(fmt::format("text {}", entry)), std::move(address),
                accepted_at, Share(book, entry, std::move(target)));
}

}  // namespace fedmsgbot::testing
