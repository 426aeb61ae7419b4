// How many messages a second one core turns from JSON bytes into a Line: parsing and rendering, over the shipped rules'
// own examples. Prints one row of a Markdown table; ends with 1 where the rules cannot be loaded.
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "formatters/rulebook.h"

using namespace fedmsgbot;

namespace {

// Of this process, so that what else the machine does is not counted.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Examples leave out what rules do not read; the bus never does.
std::vector<std::string> as_on_the_bus(std::vector<std::string> messages) {
    const std::string more =
        R"({"i": 4, "timestamp": 1412328939.0, "msg_id": "2014-c95e6b4c-d033-43d9-9eb1-e1f92ac87c75", )"
        R"("crypto": "x509", "source_name": "datanommer", "source_version": "0.8.2", )";
    for (auto& message : messages)
        if (const auto brace = message.find('{');
            brace != std::string::npos && message.find("msg_id") == std::string::npos)
            message.replace(brace, 1, more);
    return messages;
}

struct Round {
    std::size_t messages = 0;
    std::size_t bytes = 0;
    std::size_t said = 0;  // bytes of text, so that nothing can be optimized away
};

Round format_all(const Rulebook& rulebook, const std::vector<std::string>& examples) {
    Round round;
    for (const auto& example : examples) {
        const auto message = Message::parse(example);
        if (!message) continue;
        const auto line = rulebook.render(*message);
        ++round.messages;
        round.bytes += example.size();
        round.said += line.text.size();
    }
    return round;
}

}  // namespace

int main() {
    const auto started = processor_seconds();
    const auto rulebook = Rulebook::load({});
    if (!rulebook) return std::fputs(describe(rulebook.problems()).c_str(), stderr), 1;
    const auto load_seconds = processor_seconds() - started;
    const auto examples = as_on_the_bus(rulebook->example_messages());
    if (examples.empty()) return std::fputs("the shipped rules have no examples\n", stderr), 1;
    format_all(*rulebook, examples);  // warm caches, as on the second minute of a day
    std::size_t messages = 0, bytes = 0, said = 0;
    const auto start = processor_seconds();
    while (processor_seconds() - start < 2) {
        const auto round = format_all(*rulebook, examples);
        messages += round.messages;
        bytes += round.bytes;
        said += round.said;
    }
    const auto seconds = processor_seconds() - start;
    const auto count = static_cast<double>(messages);
    fmt::print(
        "| JSON bytes to line, one core | {:.0f} messages/s | {:.0f} MB/s, {:.1f} us each, {} rules loaded in {:.0f} "
        "ms, {:.0f} bytes said each |\n",
        count / seconds, static_cast<double>(bytes) / seconds / 1e6, seconds / count * 1e6, rulebook->size(),
        load_seconds * 1e3, static_cast<double>(said) / count);
    return 0;
}
