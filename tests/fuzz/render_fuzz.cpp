#include <cstdint>
#include <string>

#include "bot/core/message.h"
#include "formatters/rulebook.h"
#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;
using fedmsgbot::fuzz::promise_fit_for_people;

namespace {

const Rulebook& shipped_rules() {
    static const auto rules = Rulebook::load({});
    promise(rules.has_value(), "the shipped rules load");
    return rules.value();
}

void promise_fit_line(const Line& line) {
    promise(!line.text.empty() && !line.title.empty() && !line.rule.empty(), "no line is empty");
    for (const auto* field : {&line.text, &line.title, &line.service, &line.agent}) promise_fit_for_people(*field);
    for (const auto* link : {&line.link, &line.icon, &line.secondary_icon}) {
        promise_fit_for_people(*link);
        promise(link->find(' ') == std::string::npos, "no blank in a link");
    }
    promise_fit_for_people(line.long_form, "\n\t");
    for (const auto* set : {&line.usernames, &line.packages, &line.objects})
        for (const auto& name : *set) promise_fit_for_people(name);
}

}  // namespace

// The first line is a topic, the rest a message's `msg`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto topic = input.substr(0, end), msg = input.substr(std::min(end + 1, input.size()));
    const auto message = Message::parse("{\"topic\":\"" + std::string(topic) + "\",\"msg\":" + std::string(msg) + "}");
    if (message) promise_fit_line(shipped_rules().render(*message));
    return 0;
}
