#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/flow/pacer.h"
#include "bridges/irc/channel.h"
#include "bridges/irc/companion.h"
#include "bridges/irc/irc_settings.h"
#include "bridges/irc/message.h"
#include "bridges/irc/nick_keeper.h"
#include "bridges/irc/registration.h"
#include "bridges/irc/server_features.h"
#include "bridges/irc/unconfirmed.h"

namespace fedmsgbot {

// The protocol of one connection without its socket: told what the server says and what time it is, it keeps the
// channels' state and tells what to write. Pure but for the log, so that tests and fuzzers need no network.
// What the server says is not trusted: it can end the conversation, nothing else.
// Settings, channels and pacer must outlive it. One thread.
class Conversation {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Channels = std::deque<Channel>;
    using Ticket = Unconfirmed::Ticket;
    using Barrier = Unconfirmed::Barrier;
    struct Tickets {
        Ticket first;
        Ticket last;
    };

    Conversation(std::string bridge, const IrcSettings& settings, Channels& channels, Pacer& pacer, TimePoint now);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void hear(std::string_view line, TimePoint now);
    // Does what is due: joins, asks whether the link lives, gives up. When to call it again at the latest.
    TimePoint tick(TimePoint now);

    // Whole lines to write next, about `max_bytes` of them; answers to PING first. Empty: nothing to write.
    std::string take_output(std::size_t max_bytes);

    // Says these texts, at least one, in a channel that is ready.
    Tickets say(const Channel& channel, const std::vector<std::string>& texts, TimePoint now);
    // What became of a line that was said; asked until it is no longer open, and then forgotten.
    LineFate fate(Ticket ticket) { return unconfirmed_.take(ticket); }
    // Must a barrier follow what is said, for its fate to become known soon? Not where the server answers each line.
    bool needs_barrier() const { return proof() != Unconfirmed::Proof::label; }
    // Bytes of text in a line to this channel that everybody there receives uncut.
    std::size_t room(const Channel& channel) const;

    // Asks the server for an answer behind all that was said before. It costs a command of the pace.
    Barrier raise_barrier(TimePoint now);
    // It has come: what was said before the barrier was processed by the server.
    bool is_passed(Barrier barrier) const { return unconfirmed_.is_passed(barrier); }

    // Called once, when the server has let us in.
    void when_registered(std::function<void()> act) { when_registered_ = std::move(act); }

    // From now on it hears what we hear, and takes its turn in tick(). Must outlive the conversation.
    void accompany(Companion& companion) { companions_.push_back(&companion); }
    // A line that is no post, at the expense of posts.
    void say_aside(std::string line, TimePoint now) { send_paced(std::move(line), now); }
    // May one be said now? Else when.
    TimePoint aside_at(TimePoint now) { return pacer_.paid_at(now); }

    Channel* find(std::string_view name);
    Channels& channels() { return channels_; }
    const ServerFeatures& features() const { return features_; }
    bool is_ours(std::string_view nick) const { return features_.same(nick, nick_); }
    bool is_registered() const { return registration_.is_done(); }
    const std::string& nick() const { return nick_; }
    const std::optional<StsOffer>& sts() const { return registration_.sts(); }
    void end(Ending ending);
    const std::optional<Ending>& ending() const { return ending_; }

private:
    void hear_numeric(const IrcMessage& message, TimePoint now);
    void hear_command(const IrcMessage& message, TimePoint now);
    void answer_ping(const IrcMessage& ping);
    void hear_error(const IrcMessage& error);
    void hear_pong(const IrcMessage& pong);
    void hear_label(const IrcMessage& answer);
    void hear_batch(const IrcMessage& batch);
    void hear_echo(const IrcMessage& echo);
    void hear_failure(const IrcMessage& failure, TimePoint now);
    void hear_join(const IrcMessage& join, TimePoint now);
    void hear_removal(std::string_view channel, std::string why, TimePoint now);
    void hear_refusal(const IrcMessage& refusal, TimePoint now);
    void bar(Channel& channel, std::string why, TimePoint now);
    void hear_mode(const IrcMessage& mode);
    void hear_names(const IrcMessage& names);
    void hear_host(const IrcMessage& change);
    void hear_nick(const IrcMessage& change);
    void hear_complaint(const IrcMessage& complaint, TimePoint now);
    void registered(TimePoint now);

    TimePoint watch_link(TimePoint now);
    TimePoint join_channels(TimePoint now);
    void watch_pace(TimePoint now);
    void tell_barred(TimePoint now);
    Unconfirmed::Proof proof() const;
    bool uses(const std::string& capability) const { return registration_.capabilities().is_used(capability); }

    void learn_prefix(const IrcMessage& ours);
    void send(std::string line);                       // in turn
    void send_paced(std::string line, TimePoint now);  // in turn, at the expense of posts

    const std::string bridge_;
    const IrcSettings& settings_;
    Channels& channels_;
    Pacer& pacer_;
    Registration registration_;
    ServerFeatures features_;
    NickKeeper nick_keeper_;
    std::string nick_;
    std::string user_and_host_;  // as the server shows us to others; empty until it did
    std::function<void()> when_registered_;
    std::vector<Companion*> companions_;
    std::string urgent_;
    std::deque<std::string> queue_;
    std::optional<Ending> ending_;
    const TimePoint began_at_;
    TimePoint heard_at_;
    TimePoint asked_at_;
    TimePoint next_join_;
    TimePoint barred_told_at_;
    int slowness_;
    Unconfirmed unconfirmed_;
    std::map<std::string, Ticket, std::less<>> batches_;  // of answers to a label, by their reference
    bool has_told_distrust_ = false;
};

}  // namespace fedmsgbot
