#include "bridges/irc/talk_back.h"

#include <algorithm>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bot/core/log.h"
#include "bot/core/text.h"
#include "bridges/irc/conversation.h"
#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t answer_room = 360;  // leaves enough for any prefix and nick
constexpr std::size_t most_words = 4;
constexpr std::size_t most_told = 5;
constexpr std::size_t most_known = 300;
constexpr auto whois_patience = 30s;
constexpr auto usual_mute = std::chrono::minutes(30);
constexpr auto longest_mute = std::chrono::hours(24);
// Ours and our kind's, by which they are told from people.
constexpr std::string_view our_kind = "fedmsgbot";

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (words.size() < most_words) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (text.empty()) break;
        const auto word = text.substr(0, text.find(' '));
        words.push_back(clean_line(word, 200));
        text.remove_prefix(word.size());
    }
    return words;
}

std::string in_words(std::chrono::steady_clock::duration time) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
    if (seconds < 120) return fmt::format("{}s", seconds);
    if (seconds < 7200) return fmt::format("{}m", (seconds + 59) / 60);
    return fmt::format("{}h", seconds / 3600);
}

bool is_for_operators(const std::string& word) { return word == "mute" || word == "unmute" || word == "status"; }

}  // namespace

void TalkBack::forget() {
    questions_.clear();
    answers_.clear();
    is_bot_.clear();
    began_at_.reset();
}

void TalkBack::hear(const IrcMessage& message, Conversation& conversation, TimePoint now) {
    if (message.command == "PRIVMSG") return hear_question(message, conversation, now);
    if (message.numeric != 0) return hear_whois(message, conversation, now);
    // Whoever takes the nick now is not who asked.
    if (message.command == "NICK" || message.command == "QUIT")
        std::erase_if(questions_, [&](const Question& question) {
            return conversation.features().same(question.nick, message.nick());
        });
}

void TalkBack::hear_question(const IrcMessage& message, Conversation& conversation, TimePoint now) {
    auto text = message.last();
    if (message.parameters.size() != 2 || text.starts_with('\x01')) return;
    if (message.source.find('!') == std::string_view::npos || conversation.is_ours(message.nick())) return;
    if (!is_irc_word(message.nick()) || message.source.size() > 200) return;
    const bool is_private = conversation.is_ours(message.parameter(0));
    const auto* channel = is_private ? nullptr : conversation.find(message.parameter(0));
    if (!is_private && (!channel || !settings_.look(channel->name()).hears_questions)) return;
    const auto& prefix = settings_.talk.prefix;
    const bool has_prefix = text.starts_with(prefix) && (text.size() == prefix.size() || text[prefix.size()] == ' ');
    if (!has_prefix && !is_private) return;
    auto words = words_of(has_prefix ? text.substr(prefix.size()) : text);
    if (words.empty()) words.emplace_back("help");
    words.front() = in_lower_case(words.front());
    if (message.tag("bot")) {
        ++counters_.bots;
        return;
    }
    if (!limits_.allows(message.source, settings_.talk.per_minute, now) || questions_.size() >= most_questions) {
        ++counters_.unanswered;
        return;
    }
    Question question{std::string(message.nick()), std::string(message.source), channel ? channel->name() : "",
                      std::move(words)};
    question.account = message.tag("account");
    questions_.push_back(std::move(question));
}

// Which of 311, 330, 335 come depends on the asker; 318 ends them.
void TalkBack::hear_whois(const IrcMessage& reply, Conversation& conversation, TimePoint now) {
    if (questions_.empty() || !questions_.front().has_asked) return;
    auto& question = questions_.front();
    if (!conversation.features().same(reply.parameter(1), question.nick)) return;
    switch (reply.numeric) {
        case numeric::whois_user:
            if (reply.parameter(2) == our_kind || reply.last() == our_kind) question.is_bot = true;
            return;
        case numeric::whois_account:
            question.account = std::string(reply.parameter(2));
            return;
        case numeric::whois_bot:
            question.is_bot = true;
            return;
        case numeric::no_such_nick:
            questions_.pop_front();
            return;
        case numeric::whois_end:
            if (!question.account) question.account.emplace();
            if (is_bot_.size() >= most_known) is_bot_.clear();
            is_bot_[question.source] = question.is_bot;
            settle_questions(conversation, now);
            return;
        default:
            return;
    }
}

bool TalkBack::needs_whois(const Question& question) const {
    if (!is_bot_.contains(question.source)) return true;
    return is_for_operators(question.words.front()) && !question.account;
}

void TalkBack::settle_questions(Conversation& conversation, TimePoint now) {
    while (!questions_.empty() && !needs_whois(questions_.front())) {
        const auto question = std::move(questions_.front());
        questions_.pop_front();
        if (is_bot_.at(question.source))
            ++counters_.bots;
        else
            answer(question, conversation, now);
    }
}

TalkBack::TimePoint TalkBack::tick(Conversation& conversation, TimePoint now) {
    if (!began_at_) began_at_ = now;
    if (!questions_.empty() && questions_.front().has_asked && now >= questions_.front().asked_at + whois_patience) {
        questions_.pop_front();
        ++counters_.unanswered;
    }
    settle_questions(conversation, now);
    // Answers and posts take turns: each is said at the expense of the others.
    for (;;) {
        const bool must_ask = !questions_.empty() && !questions_.front().has_asked;
        if (answers_.empty() && !must_ask) break;
        const auto next = conversation.aside_at(now);
        if (next > now) return next;
        if (!answers_.empty()) {
            conversation.say_aside(std::move(answers_.front()), now);
            answers_.pop_front();
            continue;
        }
        auto& question = questions_.front();
        question.has_asked = true;
        question.asked_at = now;
        conversation.say_aside(irc_line({"WHOIS", question.nick}), now);
    }
    return questions_.empty() ? TimePoint::max() : questions_.front().asked_at + whois_patience;
}

void TalkBack::say(const Question& question, std::string_view text) {
    const auto words = clean_line(text);
    auto line = std::string(word_prefix(words, answer_room));
    if (line.size() < words.size()) line += "...";
    if (answers_.size() >= most_answers) {
        ++counters_.unanswered;
        return;
    }
    answers_.push_back(irc_line({"NOTICE", question.nick, line}));
}

bool TalkBack::is_operator(const Question& question, const Conversation& conversation) const {
    const auto& names = settings_.talk.operators;
    return question.account && !question.account->empty() && std::any_of(names.begin(), names.end(), [&](auto& name) {
               return conversation.features().same(name, *question.account);
           });
}

void TalkBack::answer(const Question& question, Conversation& conversation, TimePoint now) {
    ++counters_.answered;
    log::debug("irc.question", {{"bridge", bridge_}, {"nick", question.nick}, {"word", question.words.front()}});
    const auto& word = question.words.front();
    if (word == "help") return help(question, is_operator(question, conversation));
    if (word == "routes") return routes(question);
    if (word == "last") return last(question);
    if (word == "link") return link(question);
    if (is_for_operators(word)) return answer_operator(question, conversation, now);
    say(question, fmt::format("I do not know \"{}\". Try: {} help", clean_line(word, 40), settings_.talk.prefix));
}

void TalkBack::answer_operator(const Question& question, Conversation& conversation, TimePoint now) {
    if (!is_operator(question, conversation)) return say(question, "Only operators of this bot may do that.");
    const auto& word = question.words.front();
    if (word == "mute") return mute(question, conversation, now);
    if (word == "unmute") return unmute(question, conversation);
    status(question, conversation, now);
}

void TalkBack::help(const Question& question, bool is_operator) {
    const auto& prefix = settings_.talk.prefix;
    say(question, fmt::format("{0} routes: what comes here. {0} last PACKAGE-or-USER: the newest message about it. "
                              "{0} link ID: a message's page.",
                              prefix));
    if (is_operator)
        say(question, fmt::format("For operators: {0} mute 30m, {0} unmute, {0} status; by private message also with "
                                  "a channel, else for all: mute #channel 30m.",
                                  prefix));
}

void TalkBack::routes(const Question& question) {
    if (!inquiries_ || !inquiries_->routes) return say(question, "I cannot tell.");
    const auto all = inquiries_->routes(bridge_, question.channel);
    if (all.empty()) return say(question, "Nothing is sent here.");
    for (std::size_t i = 0; i < std::min(all.size(), most_told); ++i) say(question, all[i]);
    if (all.size() > most_told) say(question, fmt::format("... and {} more", all.size() - most_told));
}

void TalkBack::last(const Question& question) {
    if (question.words.size() < 2) return say(question, "last what? A package or a user.");
    if (!inquiries_ || !inquiries_->last) return say(question, "I keep no timeline that I could look into.");
    const auto& wanted = question.words[1];
    const auto found = inquiries_->last(wanted);
    if (!found) return say(question, fmt::format("I know of nothing about \"{}\".", wanted));
    auto line = found->line;
    line.title =
        fmt::format("{:%Y-%m-%d %H:%M} UTC {}", std::chrono::floor<std::chrono::seconds>(found->at), line.title);
    if (line.link.empty()) line.link = found->address;
    for (const auto& text : format_line(line, {false, 2, {}, LineForm::plain}, answer_room)) say(question, text);
}

void TalkBack::link(const Question& question) {
    if (question.words.size() < 2) return say(question, "link to what? A message's id.");
    if (!inquiries_ || !inquiries_->find) return say(question, "I keep no timeline that I could link to.");
    const auto found = inquiries_->find(question.words[1]);
    if (!found) return say(question, fmt::format("I have no message \"{}\".", question.words[1]));
    auto line = found->line;
    line.link = found->address;
    for (const auto& text : format_line(line, {false, 2, {}, LineForm::plain}, answer_room)) say(question, text);
}

void TalkBack::mute(const Question& question, Conversation& conversation, TimePoint now) {
    auto words = std::vector<std::string>(question.words.begin() + 1, question.words.end());
    auto where = question.channel;
    if (!words.empty() && check_irc_channel(words.front()).empty()) {
        where = words.front();
        words.erase(words.begin());
    }
    const auto time = words.empty() ? std::chrono::milliseconds(usual_mute) : parse_duration(words.front());
    if (!time || *time <= 0ms || *time > longest_mute) return say(question, "For how long? 30m, 2h; at most 24h.");
    auto* only = where.empty() ? nullptr : conversation.find(where);
    if (!where.empty() && !only) return say(question, "I am not sent to " + where + ".");
    for (auto& channel : conversation.channels())
        if (!only || only == &channel) channel.hold_back(now + *time);
    log::info("irc.muted", {{"bridge", bridge_},
                            {"channel", only ? only->name() : "all"},
                            {"by", *question.account},
                            {"seconds", std::chrono::duration_cast<std::chrono::seconds>(*time).count()}});
    say(question, fmt::format("Silent in {} for {}; what comes meanwhile is kept, and said then.",
                              only ? only->name() : "all channels", in_words(*time)));
}

void TalkBack::unmute(const Question& question, Conversation& conversation) {
    const auto where = question.words.size() > 1 ? question.words[1] : question.channel;
    auto* only = where.empty() ? nullptr : conversation.find(where);
    if (!where.empty() && !only) return say(question, "I am not sent to " + where + ".");
    for (auto& channel : conversation.channels())
        if (!only || only == &channel) channel.hold_back({});
    log::info("irc.unmuted",
              {{"bridge", bridge_}, {"channel", only ? only->name() : "all"}, {"by", *question.account}});
    say(question, fmt::format("Speaking again in {}.", only ? only->name() : "all channels"));
}

void TalkBack::status(const Question& question, Conversation& conversation, TimePoint now) {
    std::string ready;
    std::vector<std::string> others;  // what is not as it should be, each by itself
    for (const auto& channel : conversation.channels()) {
        const bool is_held = channel.held_until() > now;
        if (!is_held && channel.is_ready())
            ready += (ready.empty() ? "" : ", ") + channel.name();
        else
            others.push_back(
                fmt::format("{}: {}", channel.name(),
                            is_held ? "muted for " + in_words(channel.held_until() - now) : channel.hindrance()));
    }
    say(question, fmt::format("Connected as {} for {}. Ready: {}", conversation.nick(), in_words(now - *began_at_),
                              ready.empty() ? "no channel" : ready));
    for (std::size_t i = 0; i < std::min(others.size(), most_told); ++i) say(question, others[i]);
    if (others.size() > most_told) say(question, fmt::format("... and {} more", others.size() - most_told));
    if (inquiries_ && inquiries_->status) say(question, inquiries_->status(bridge_));
    say(question, fmt::format("questions: answered={} unanswered={} of_bots={}", counters_.answered,
                              counters_.unanswered, counters_.bots));
}

}  // namespace fedmsgbot
