#pragma once

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace fedmsgbot::testing {

// Messages that differ in a number, so that each can be found again, and counted, wherever it was posted.

// Of a recorded file, with its line end.
inline std::string numbered_message(int number) {
    return fmt::format(
        R"~({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"crash-{0}","msg":{{"message":"message ({0:05})","link":"https://example.org/{0}"}}}})~"
        "\n",
        number);
}

// The number in `message (00042)`, also in HTML; -1 where there is none.
inline int number_in(const std::string& text) {
    const auto at = text.find('(');
    return at == std::string::npos ? -1 : std::stoi(text.substr(at + 1, 5));
}

// How often each number stands there.
inline std::map<int, int> counted(const std::vector<std::string>& texts) {
    std::map<int, int> counts;
    for (const auto& text : texts) ++counts[number_in(text)];
    return counts;
}

}  // namespace fedmsgbot::testing
