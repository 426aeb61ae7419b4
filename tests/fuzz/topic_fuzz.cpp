#include <cstdint>
#include <string_view>

#include "bot/core/topic.h"
#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;

// The first line is a pattern, the rest a topic.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto text = input.substr(0, end), topic = input.substr(std::min(end + 1, input.size()));
    promise(topic.empty() || !topic_title(topic).empty(), "a title for every topic");
    promise(topic_title(topic).starts_with(topic_service(topic)), "a service starts its title");
    (void)topic_word(topic, size);
    static const auto everything = TopicPattern::parse("#");
    promise(everything->matches(topic), "# matches all");
    const auto pattern = TopicPattern::parse(text);
    if (!pattern) return 0;
    promise(pattern->text() == text, "a pattern keeps its text");
    promise(pattern->matches(text), "a pattern matches itself");
    (void)pattern->matches(topic);
    return 0;
}
