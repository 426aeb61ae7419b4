#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "bot/core/log.h"
#include "bot/source/gap_counter.h"
#include "bot/source/outages.h"
#include "bot/source/source.h"
#include "bot/source/zmq_settings.h"
#include "bot/source/zmq_socket.h"

namespace fedmsgbot {

// fedmsg's bus: one SUB socket, connected to every endpoint, for ever. Nothing that a publisher sends can stop it: what
// is no message is dropped, counted and logged at a limited rate. A burst waits in the socket's queues (up to the
// high-water mark for each endpoint), never in the network.
// Gaps are counted only as long as every message of a sender comes by here: not with prefixes that part the messages of
// one process, and no more from the first topic that no route wants.
class ZmqSource : public Source {
public:
    // An empty interest wants everything. `outages`, told of links and losses, must outlive it. Throws
    // std::runtime_error for an endpoint that is none.
    ZmqSource(boost::asio::any_io_executor executor, const ZmqSettings& settings, Interest interest = {},
              Outages* outages = nullptr);

    boost::asio::awaitable<std::vector<Message>> next() override;
    SourceCounters counters() const override;

private:
    void take(ZmqSocket::Frames& frames, std::vector<Message>& batch);
    void refuse(std::string_view why, const ZmqSocket::Frames& frames);

    ZmqSocket socket_;
    Interest interest_;
    Outages* outages_;
    SourceCounters counters_;
    GapCounter gap_counter_;
    bool sees_all_of_each_sender_;
    log::Limiter malformed_log_;
};

// What ZeroMQ is to be asked for: moksha's stars mean nothing to it.
std::string subscription_prefix(std::string_view topic);

// Would a socket with these subscriptions, given as the configuration has them, get this topic?
bool subscribes(const std::vector<std::string>& topics, std::string_view topic);

// True when a process' messages all have the prefix or all lack it. A process puts one domain and one environment,
// three words, before each of its topics.
bool keeps_senders_whole(std::string_view prefix);

}  // namespace fedmsgbot
