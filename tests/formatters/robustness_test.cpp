#include <fstream>
#include <map>
#include <set>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "formatters/rulebook.h"
#include "tests/formatters/mutations.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using fedmsgbot::testing::Mutable;
using fedmsgbot::testing::odd_values;

namespace {

// 100 kB with and without ends of words.
const std::string long_words = [] {
    std::string text = "\"";
    while (text.size() < 100'000) text += "many words ";
    return text + '"';
}();
const std::string long_word = '"' + std::string(100'000, 'x') + '"';

// Written without the help of bot/core/text, which it is to judge.
std::string_view unfit_bytes(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "a control character";
    for (auto at = text.find('\xc2'); at != text.npos; at = text.find('\xc2', at + 1))
        if (static_cast<unsigned char>(text[at + 1]) < 0xa0) return "a C1 control character";
    for (auto at = text.find("\xe2\x80"); at != text.npos; at = text.find("\xe2\x80", at + 1)) {
        const auto last = static_cast<unsigned char>(text[at + 2]);
        if (last == 0x8b || last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae)) return "a hidden mark";
    }
    for (auto at = text.find("\xe2\x81"); at != text.npos; at = text.find("\xe2\x81", at + 1))
        if (const auto last = static_cast<unsigned char>(text[at + 2]); last >= 0xa0 && last <= 0xaf)
            return "a hidden mark";
    return {};
}

std::string_view unfit(const Line& line) {
    if (line.text.empty()) return "no text";
    if (code_points(line.text) > 1000) return "a text of more than 1,000 characters";
    if (!is_valid_utf8(line.text)) return "invalid UTF-8";
    for (const auto* field : {&line.text, &line.title, &line.agent, &line.link, &line.icon, &line.secondary_icon})
        if (const auto why = unfit_bytes(*field); !why.empty()) return why;
    for (const auto* names : {&line.usernames, &line.packages, &line.objects})
        for (const auto& name : *names)
            if (const auto why = unfit_bytes(name); !why.empty()) return why;
    return {};
}

// Renders, judges, and remembers the first few complaints: one check a rendering would take most of the time.
class Judge {
public:
    explicit Judge(const Rulebook& rulebook) : rulebook_(rulebook) {}

    Line render(const std::string& bytes) {
        auto message = Message::parse(bytes);
        if (!message) {
            complain("no message", bytes, {});
            return {};
        }
        ++rendered_;
        auto line = rulebook_.render(*message);
        if (const auto why = unfit(line); !why.empty()) complain(why, bytes, line);
        return line;
    }

    // What no sentence shows unless the message itself says it.
    void expect_plain(const std::string& bytes, std::string_view words) {
        const auto line = render(bytes);
        for (const std::string_view sign : {"None", "null", "{", "}"})
            if (line.text.find(sign) != std::string::npos && words.find(sign) == std::string_view::npos)
                complain(fmt::format("{} shows", sign), bytes, line);
    }

    std::size_t rendered() const { return rendered_; }
    std::string complaints() const { return count_ == 0 ? "" : fmt::format("{} complaints\n{}", count_, first_); }

private:
    void complain(std::string_view why, std::string_view bytes, const Line& line) {
        if (++count_ <= 20)
            first_ +=
                fmt::format("{} ({}): {}\n    {}\n", why, line.rule, line.text.substr(0, 300), bytes.substr(0, 1500));
    }

    const Rulebook& rulebook_;
    std::size_t rendered_ = 0;
    std::size_t count_ = 0;
    std::string first_;
};

const Rulebook& shipped_rules() {
    static const auto rules = Rulebook::load({});
    return rules.value();
}

// Of each field every so manieth mutation, not the same ones of two neighbours.
void try_mutations(Judge& judge, const Mutable& message, std::size_t every) {
    const auto words = message.words() + judge.render(message.text()).text;
    std::size_t place = 0;
    for (const auto& field : message.fields()) {
        auto turn = ++place;
        const auto is_due = [&] { return turn++ % every == 0; };
        if (is_due()) judge.expect_plain(message.without(field), words);
        if (is_due()) judge.expect_plain(message.with(field, place % 2 ? long_words : long_word), words);
        for (const auto& value : odd_values)
            if (is_due()) judge.expect_plain(message.with(field, value), words);
    }
}

}  // namespace

TEST_CASE("whatever becomes of one field of a message, the sentence is fit for people") {
    Judge judge(shipped_rules());
    const auto examples = shipped_rules().example_messages();
    for (const auto& example : examples) try_mutations(judge, Mutable(example), 1);
    CHECK(judge.rendered() > examples.size() * odd_values.size());
    CHECK(judge.complaints() == "");
}

// They are several times as much as the examples: a third of their mutations keeps the test short.
TEST_CASE("whatever becomes of one field of a recorded message, the sentence is fit for people") {
    std::ifstream recorded(testing::shared_folder() / "corpus" / "messages.jsonl");
    if (!recorded) WARN("the corpus is absent: recorded messages are not tried");
    Judge judge(shipped_rules());
    for (std::string row; std::getline(recorded, row);)
        try_mutations(judge, Mutable(nlohmann::ordered_json::parse(row)["message"].dump()), 3);
    CHECK(judge.complaints() == "");
}

// All mutations of all fields of all messages under all topics would take a minute: here each field has one, in turn.
TEST_CASE("every rule has a fit sentence for every message of its service") {
    struct Service {
        std::set<std::string> topics;
        std::vector<std::string> messages;
    };
    std::map<std::string, Service> services;
    for (const auto& example : shipped_rules().example_messages()) {
        const auto topic = Message::parse(example)->topic();
        auto& service = services[std::string(topic_service(topic))];
        service.topics.insert(topic);
        service.messages.push_back(example);
    }
    Judge judge(shipped_rules());
    std::size_t turn = 0;
    for (const auto& [name, service] : services) {
        for (const auto& example : service.messages) {
            auto json = nlohmann::ordered_json::parse(example);
            for (const auto& topic : service.topics) {
                json["topic"] = topic;
                const Mutable message(json.dump());
                judge.expect_plain(message.text(), message.words());
                for (const auto& field : message.fields()) {
                    const auto n = ++turn % (odd_values.size() + 1);
                    judge.expect_plain(
                        n == odd_values.size() ? message.without(field) : message.with(field, odd_values[n]),
                        message.words());
                }
            }
        }
    }
    CHECK(judge.rendered() > shipped_rules().size());
    CHECK(judge.complaints() == "");
}
