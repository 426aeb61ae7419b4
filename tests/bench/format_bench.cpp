// How many messages a second one core turns from JSON bytes into a Line, and where the time goes: over the shipped
// rules' own examples, and over recorded messages where they are. Prints rows of a Markdown table; ends with 1 where
// the rules cannot be loaded.
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "formatters/rulebook.h"
#include "tests/support/world.h"

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

// The corpus' messages, where it is there: what the bus really carries.
std::vector<std::string> recorded() {
    std::vector<std::string> messages;
    std::ifstream in(testing::shared_folder() / "corpus" / "messages.jsonl");
    for (std::string line; std::getline(in, line);) messages.push_back(nlohmann::json::parse(line)["message"].dump());
    return messages;
}

struct Measured {
    double seconds = 0;  // a message
    double bytes = 0;    // likewise
};

// `work` on every message again and again. It gives a number, so that nothing can be optimized away.
template <class Work>
Measured measure(const std::vector<std::string>& messages, Work&& work) {
    const auto round = [&] {
        std::size_t sum = 0;
        for (const auto& message : messages) sum += work(message);
        return sum;
    };
    volatile std::size_t sink = round();  // warm caches, as on the second minute of a day
    std::size_t rounds = 0, bytes = 0;
    for (const auto& message : messages) bytes += message.size();
    const auto start = processor_seconds();
    double seconds = 0;
    for (; seconds < 1; seconds = processor_seconds() - start, ++rounds) sink = sink + round();
    const auto count = static_cast<double>(messages.size());
    return {seconds / (static_cast<double>(rounds) * count), static_cast<double>(bytes) / count};
}

void print_rows(std::string_view what, const Rulebook& rulebook, const std::vector<std::string>& messages) {
    const auto parse = measure(messages, [](const std::string& text) {
        const auto message = Message::parse(text);
        return message ? message->topic().size() : 0;
    });
    const auto match = measure(messages, [&](const std::string& text) {
        const auto message = Message::parse(text);
        return message ? rulebook.rule_of(*message).size() : 0;
    });
    const auto render = [&](LineParts parts) {
        return measure(messages, [&](const std::string& text) {
            const auto message = Message::parse(text);
            return message ? rulebook.render(*message, parts).text.size() : 0;
        });
    };
    const auto sentence = render(LineParts::sentence), whole = render(LineParts::all);
    const auto row = [&](std::string_view to, const Measured& made) {
        fmt::print(
            "| JSON bytes to {}, one core, {} | {:.0f} messages/s | {:.2f} us each of {:.0f} bytes: parse {:.2f}, "
            "match {:.2f}, render {:.2f} |\n",
            to, what, 1 / made.seconds, made.seconds * 1e6, made.bytes, parse.seconds * 1e6,
            (match.seconds - parse.seconds) * 1e6, (made.seconds - match.seconds) * 1e6);
    };
    row("title, sentence and link", sentence);
    row("the whole line", whole);
    fmt::print("| the floor: parsing alone, {} | {:.0f} messages/s | {:.0f} MB/s |\n", what, 1 / parse.seconds,
               parse.bytes / parse.seconds / 1e6);
}

}  // namespace

int main() {
    const auto started = processor_seconds();
    const auto rulebook = Rulebook::load({});
    if (!rulebook) return std::fputs(describe(rulebook.problems()).c_str(), stderr), 1;
    fmt::print("| loading the shipped rules | {:.1f} ms | {} rules |\n", (processor_seconds() - started) * 1e3,
               rulebook->size());
    print_rows("the rules' examples", *rulebook, as_on_the_bus(rulebook->example_messages()));
    if (const auto messages = recorded(); !messages.empty()) print_rows("recorded messages", *rulebook, messages);
    return 0;
}
