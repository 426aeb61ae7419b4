#pragma once

#include <cstddef>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "bot/core/outcome.h"
#include "bot/core/post.h"

namespace fedmsgbot {

// A way to people: an IRC network, a microblog account, our timeline. It knows its protocol and nothing else: it
// neither queues nor retries nor decides when a post may leave; the outbox does, once, for all. One thread.
class Bridge {
public:
    // Posts to one address, oldest first. They live until deliver() has answered.
    using Batch = std::vector<const Post*>;

    virtual ~Bridge() = default;

    // Keeps the connection (or the listening socket) until it is cancelled; reconnects by itself, with back-off and
    // jitter. On cancellation it says good-bye and closes. Returns at once where there is nothing to keep. Throws when
    // it can never work (a port in use).
    virtual boost::asio::awaitable<void> run() = 0;

    // One outcome for each post, in order. May wait for the connection, but never longer than half a minute; not
    // connected then is `retry` after zero. Never throws but for a broken disk. Called for one batch an address at a
    // time; different addresses may overlap. When cancelled it answers `retry` for what is not certain.
    virtual boost::asio::awaitable<Outcomes> deliver(const Batch& batch) = 0;

    // The largest batch that it makes sense to hand over at once, at least 1.
    virtual std::size_t batch_limit() const = 0;
};

}  // namespace fedmsgbot
