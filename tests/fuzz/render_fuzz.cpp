#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "bot/core/message.h"
#include "formatters/rulebook.h"
#include "tests/formatters/mutations.h"
#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;
using fedmsgbot::fuzz::promise_fit_for_people;

// libFuzzer's own.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

const Rulebook& shipped_rules() {
    static const auto rules = Rulebook::load({});
    promise(rules.has_value(), "the shipped rules load");
    return rules.value();
}

void promise_fit_line(const Line& line) {
    promise(!line.text.empty() && !line.title.empty() && !line.rule.empty(), "no line is empty");
    promise(code_points(line.text) <= 1000, "a sentence is no essay");
    for (const auto* field : {&line.text, &line.title, &line.service, &line.agent}) promise_fit_for_people(*field);
    for (const auto* link : {&line.link, &line.icon, &line.secondary_icon}) {
        promise_fit_for_people(*link);
        promise(link->find(' ') == std::string::npos, "no blank in a link");
    }
    promise_fit_for_people(line.long_form, "\n\t");
    for (const auto* set : {&line.usernames, &line.packages, &line.objects})
        for (const auto& name : *set) promise_fit_for_people(name);
}

// In this fuzzer's form: topic, line end, `msg`.
std::vector<std::string> inputs_of_examples() {
    std::vector<std::string> inputs;
    for (const auto& example : shipped_rules().example_messages()) {
        const auto message = Message::parse(example);
        inputs.push_back(message->topic() + "\n" + message->body().dump());
    }
    return inputs;
}

// Empty where the input is no message.
std::string with_odd_field(std::string_view input, unsigned choice) {
    const auto end = std::min(input.find('\n'), input.size());
    const auto msg = input.substr(std::min(end + 1, input.size()));
    // Too deep for the bot is too deep to be walked through here.
    if (!JsonDocument::parse(msg) || !nlohmann::json::accept(msg)) return {};
    const testing::Mutable message(std::string(msg), 20);
    if (message.fields().empty()) return {};
    const auto& field = message.fields()[choice % message.fields().size()];
    choice /= static_cast<unsigned>(message.fields().size());
    const auto n = choice % (testing::odd_values.size() + 1);
    return std::string(input.substr(0, end)) + "\n" +
           (n == testing::odd_values.size() ? message.without(field) : message.with(field, testing::odd_values[n]));
}

}  // namespace

// An example of the rules now and then, and a field of a message that becomes something else: what rules read is hardly
// ever guessed by mutating bytes.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    static const auto examples = inputs_of_examples();
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    std::string made;
    if (seed % 32 == 0)
        made = examples[seed / 32 % examples.size()];
    else if (seed % 4 == 0)
        made = with_odd_field(input, seed / 4);
    if (made.empty() || made.size() > most) return LLVMFuzzerMutate(data, size, most);
    std::copy(made.begin(), made.end(), data);
    return made.size();
}

// The first line is a topic, the rest a message's `msg`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto topic = input.substr(0, end), msg = input.substr(std::min(end + 1, input.size()));
    const auto message = Message::parse("{\"topic\":\"" + std::string(topic) + "\",\"msg\":" + std::string(msg) + "}");
    if (message) promise_fit_line(shipped_rules().render(*message));
    return 0;
}
