#include <cstdint>
#include <string>

#include "bot/core/message.h"
#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;

namespace {

void visit(JsonView value) {
    (void)value.text();
    (void)value.integer();
    (void)value.natural();
    (void)value.real();
    promise(is_valid_utf8(value.text()), "texts are valid UTF-8");
    value.each_element([](JsonView element) { return visit(element), true; });
    value.each_member([&](std::string_view key, JsonView member) {
        promise(!value[key].is_missing(), "a member is found by its key");
        return visit(member), true;
    });
}

}  // namespace

// The first line is the topic frame, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto message =
        Message::parse(std::string(input.substr(std::min(end + 1, input.size()))), input.substr(0, end));
    if (!message) {
        promise(!message.problems().empty() && !message.problems().front().text.empty(), "a problem says what it is");
        return 0;
    }
    promise(!message->topic().empty(), "a topic");
    fuzz::promise_fit_for_people(message->topic());
    promise(!message->id().empty() && message->id().size() <= 200, "an id of at most 200 bytes");
    fuzz::promise_fit_for_people(message->id());
    promise(message->sent_at() >= SystemTime{}, "no time before the epoch");
    visit(message->envelope());

    const auto again = Message::parse(message->bytes());
    promise(again.has_value(), "a message is made again from its bytes");
    promise(again->topic() == message->topic() && again->id() == message->id(), "with the same topic and id");
    promise(again->body().dump() == message->body().dump(), "and the same body");
    return 0;
}
