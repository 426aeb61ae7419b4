#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/inquiries.h"
#include "bridges/irc/asker_limits.h"
#include "bridges/irc/companion.h"
#include "bridges/irc/irc_settings.h"

namespace fedmsgbot {

class Channel;

// Answers people's questions, a little: `!fedmsg help` in a channel or by private message. The answer is a NOTICE to
// the asker, paced like everything else. Who is no person gets none: NOTICEs, servers, ourselves, users marked as bots,
// other bots of our kind; so bots cannot talk to each other without end. For that the server is asked once who an asker
// is (WHOIS); for what only operators may do it is asked each time for the account, where it does not tag each message
// with that. Bounded: so many questions and answers wait, so many of one asker are heard a minute; the rest is not
// answered, and counted. Settings and inquiries must outlive it; lives longer than a connection. One thread.
class TalkBack : public Companion {
public:
    struct Counters {
        std::uint64_t answered = 0;
        std::uint64_t unanswered = 0;  // too many at once, or of one asker
        std::uint64_t bots = 0;        // questions of who is no person
    };
    static constexpr std::size_t most_questions = 8;
    static constexpr std::size_t most_answers = 24;  // lines

    // `inquiries` may be null.
    TalkBack(std::string bridge, const IrcSettings& settings, const Inquiries* inquiries)
        : bridge_(std::move(bridge)), settings_(settings), inquiries_(inquiries) {}

    void hear(const IrcMessage& message, Conversation& conversation, TimePoint now) override;
    TimePoint tick(Conversation& conversation, TimePoint now) override;
    void forget() override;

    const Counters& counters() const { return counters_; }

private:
    struct Question {
        std::string nick;
        std::string source;                    // nick!user@host
        std::string channel;                   // empty: by private message
        std::vector<std::string> words;        // without the prefix; at least one
        std::optional<std::string> account{};  // by the message's tag, then by WHOIS; empty: none
        bool is_bot = false;
        TimePoint asked_at{};  // the server about the asker
        bool has_asked = false;
    };

    void hear_question(const IrcMessage& message, Conversation& conversation, TimePoint now);
    void hear_whois(const IrcMessage& reply, Conversation& conversation, TimePoint now);
    bool needs_whois(const Question& question) const;
    void settle_questions(Conversation& conversation, TimePoint now);
    void answer(const Question& question, Conversation& conversation, TimePoint now);
    void answer_operator(const Question& question, Conversation& conversation, TimePoint now);
    void help(const Question& question, bool is_operator);
    void routes(const Question& question);
    void last(const Question& question);
    void link(const Question& question);
    void mute(const Question& question, Conversation& conversation, TimePoint now);
    void unmute(const Question& question, Conversation& conversation);
    void status(const Question& question, Conversation& conversation, TimePoint now);
    void say(const Question& question, std::string_view text);
    bool is_operator(const Question& question, const Conversation& conversation) const;

    const std::string bridge_;
    const IrcSettings& settings_;
    const Inquiries* inquiries_;
    AskerLimits limits_;
    std::deque<Question> questions_;
    std::deque<std::string> answers_;     // commands
    std::map<std::string, bool> is_bot_;  // whom the server was asked about, by their whole source
    std::optional<TimePoint> began_at_;   // the connection
    Counters counters_;
};

}  // namespace fedmsgbot
