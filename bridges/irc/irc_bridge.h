#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bridges/bridge.h"
#include "bridges/irc/conversation.h"
#include "bridges/irc/ending.h"
#include "bridges/irc/irc_settings.h"
#include "bridges/irc/roster.h"
#include "bridges/irc/session.h"
#include "bridges/irc/signal.h"
#include "bridges/irc/sts_policies.h"
#include "bridges/irc/suspects.h"
#include "bridges/irc/talk_back.h"
#include "bridges/registry.h"

namespace fedmsgbot {

// An IRC network: one connection, many channels. Addresses are channels.
// A line counts as delivered when the server echoed it, where it grants that (`echo-message`, and better still
// `labeled-response`); else when it answered a PING that was sent behind the line and the channel was well meanwhile.
// What is unconfirmed when the link breaks, when the channel throws us out or refuses our lines is `retry`: at least
// once. Every command but PONG is charged to the pacer: the PINGs, and those of registering and joining too.
// A post that was lost with others and may be refused for what it says is said again alone, with nothing of other
// channels under way, and given up when that shows it to be at fault: see Suspects.
class IrcBridge : public Bridge {
public:
    struct ChannelStatus {
        std::string name;
        bool is_ready;
        std::string hindrance;  // why nothing can be said there; empty when ready
    };

    IrcBridge(const BridgeContext& context, IrcSettings settings);

    boost::asio::awaitable<void> run() override;  // returns when cancelled
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override;
    std::size_t batch_limit() const override { return 64; }

    std::vector<ChannelStatus> status() const;
    // Channels that refuse us, or what we say; or the whole network.
    std::vector<Inquiries::Barred> barred() const;

private:
    boost::asio::awaitable<Ending> live();
    void choose_server();
    void heed_sts();
    std::chrono::milliseconds report(const Ending& ending);  // how long to wait then
    boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
    Channel& channel(const std::string& address);
    using TimePoint = std::chrono::steady_clock::time_point;
    // How a post is said.
    enum class Manner {
        together,    // many, from all channels
        alone,       // with nothing else under way, so that what the server does is about it
        as_witness,  // alone, though the channel has just refused another
    };
    boost::asio::awaitable<std::optional<Outcome>> wait_for(Channel& channel, Manner manner, TimePoint deadline);
    void release_floor();
    std::vector<std::string> texts_of(const Post& post, const ChannelLook& look, const Channel& channel,
                                      std::size_t room) const;
    using Said = std::vector<Conversation::Tickets>;  // of each post

    Said write(const Batch& batch, const Channel& channel);
    boost::asio::awaitable<Outcomes> confirm(Said said, const Batch& batch, Channel& channel);
    boost::asio::awaitable<LineFate> fate(Conversation::Tickets tickets, std::uint64_t connection);
    boost::asio::awaitable<Outcomes> deliver_batch(const Batch& batch);
    boost::asio::awaitable<Outcomes> deliver_singly(const Batch& batch, Channel& channel, TimePoint deadline);
    boost::asio::awaitable<void> try_singly(const Batch& batch, Channel& channel, TimePoint deadline,
                                            Outcomes& outcomes);
    std::optional<Suspects::Ground> ground(const LineFate& fate, const Channel& channel,
                                           std::uint64_t connection) const;
    void accuse(const Post& post, const Channel& channel, Suspects::Ground ground, const std::string& why);
    void pass_verdicts(const Batch& batch, const Channel& channel, Outcomes& outcomes);

    boost::asio::any_io_executor executor_;
    std::string name_;
    const IrcSettings configured_;
    IrcSettings settings_;  // as configured, but for the server whose turn it is
    StsPolicies policies_;
    std::size_t turn_ = 0;
    Pacer& pacer_;
    Conversation::Channels channels_;
    Roster roster_;
    TalkBack talk_back_;
    Signal changed_;
    std::unique_ptr<Session> session_;
    std::uint64_t connection_ = 0;  // counts sessions, so that who waited can tell one from the next
    TimePoint connected_at_{};
    bool was_closed_on_us_ = false;  // by the server, the last session
    Suspects suspects_;
    int speakers_ = 0;             // batches under way that may be so together
    bool is_floor_taken_ = false;  // by a post that is said alone, or is next to be
    std::string hindrance_ = "not connected yet";
    bool has_lived_ = false;
    bool must_upgrade_ = false;  // it ended because the server wants TLS
    int failures_ = 0;
    std::mt19937 random_{std::random_device{}()};
};

}  // namespace fedmsgbot
