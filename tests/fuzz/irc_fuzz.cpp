#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/log.h"
#include "bridges/irc/conversation.h"
#include "bridges/irc/line_splitter.h"
#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;

namespace {

constexpr std::size_t max_tag = sizeof("@label=18446744073709551615 ");

// The first byte chooses how we log in and what we want back.
IrcSettings settings_of(unsigned choice) {
    IrcSettings settings;
    settings.server = "irc.example";
    settings.nick = "bot";
    settings.username = settings.realname = "fuzz";
    settings.alternates = {"other"};
    settings.sasl = static_cast<SaslMethod>(choice % 4);
    settings.sasl_required = (choice & 4) != 0;
    settings.account = "user";
    settings.account_password = "pencil";
    if ((choice & 8) != 0) settings.nickserv = "NickServ";
    settings.regain = static_cast<RegainBy>((choice >> 4) % 3);
    settings.tls = (choice & 128) != 0;
    settings.channel_keys = {{"#locked", "key"}};
    return settings;
}

void check_line(std::string_view line) {
    promise(line.size() <= 510 + max_tag, "a line is not longer than the protocol allows");
    promise(!line.empty(), "no line is empty");
    promise(line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "one command a line");
}

void check_output(Conversation& conversation) {
    for (auto output = conversation.take_output(1024); !output.empty(); output = conversation.take_output(1024)) {
        promise(output.ends_with("\r\n"), "whole lines are written");
        for (std::size_t at = 0; at < output.size();) {
            const auto end = output.find("\r\n", at);
            check_line(std::string_view(output).substr(at, end - at));
            at = end + 2;
        }
    }
}

// What the line parser promises of any bytes.
void check_parsed(std::string_view line) {
    const auto message = IrcMessage::parse(line);
    if (!message) return;
    promise(!message->command.empty(), "a message has a command");
    promise(message->parameters.size() <= IrcMessage::max_parameters, "parameters are bounded");
    promise(message->numeric >= 0 && message->numeric <= 999, "a numeric has three digits");
    promise(message->source.starts_with(message->nick()), "the nick begins the source");
    for (const auto* key : {"label", "batch", "account", "time"})
        if (const auto value = message->tag(key)) promise(value->size() <= line.size(), "a tag does not grow");
}

}  // namespace

// The input is what a server sends. Lines that begin with `!` are ours: `!say`, `!ping`, `!wait` (half a minute).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    log::set_level(log::Level::error);
    if (size == 0) return 0;
    const auto settings = settings_of(data[0]);
    auto now = Conversation::TimePoint{} + std::chrono::hours(1);
    Pacer pacer(5, std::chrono::seconds(2));
    Conversation::Channels channels;
    for (const auto* name : {"#test", "#locked"}) channels.emplace_back(name, settings.timings);
    Conversation conversation("net", settings, channels, pacer, now);
    std::vector<Conversation::Tickets> said;
    LineSplitter splitter;
    splitter.feed({reinterpret_cast<const char*>(data) + 1, size - 1}, [&](std::string_view line) {
        if (conversation.ending()) return;
        if (line == "!say") {
            for (const auto& channel : channels) {
                promise(conversation.room(channel) >= 200, "there is room to speak");
                if (channel.is_ready())
                    said.push_back(
                        conversation.say(channel, {"a text", std::string(conversation.room(channel), 'x')}, now));
            }
        } else if (line == "!ping") {
            conversation.raise_barrier(now);
        } else if (line == "!wait") {
            now += std::chrono::seconds(30);
        } else {
            check_parsed(line);
            conversation.hear(line, now);
        }
        conversation.tick(now);
        check_output(conversation);
    });
    for (const auto& tickets : said)
        for (auto ticket = tickets.first; ticket <= tickets.last; ++ticket) {
            const auto fate = conversation.fate(ticket);
            promise((fate.kind == LineFate::Kind::lost) == !fate.why.empty(), "a loss has a reason");
            promise(fate.kind == LineFate::Kind::open || conversation.fate(ticket).kind == LineFate::Kind::lost,
                    "no line is delivered twice");
        }
    return 0;
}
