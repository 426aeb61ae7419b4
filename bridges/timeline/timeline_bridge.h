#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bridges/bridge.h"
#include "bridges/registry.h"
#include "bridges/timeline/http_server.h"
#include "bridges/timeline/site.h"
#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// Our own timeline: posts go into a file, state_dir/NAME.sqlite, and readers find them on a page and in a feed.
// Delivered means on disk, and once only, by the message's id. It has one place, so no addresses.
class TimelineBridge : public Bridge {
public:
    // Opens the store; throws DatabaseError.
    TimelineBridge(const BridgeContext& context, TimelineSettings settings);

    // Throws std::runtime_error when it cannot listen.
    boost::asio::awaitable<void> run() override;
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override;
    std::size_t batch_limit() const override { return 256; }

private:
    void listen();
    boost::asio::awaitable<void> index_the_rest();
    boost::asio::awaitable<void> keep_tidy();
    bool tidy();
    void answer(Inquiries& inquiries);
    std::optional<Inquiries::Found> last(std::string_view wanted);
    std::optional<Inquiries::Found> find(std::string_view id);
    Inquiries::Found found(TimelineEntry entry) const;

    std::string name_;
    TimelineSettings settings_;
    TimelineStore store_;
    Site site_;
    HttpServer server_;
    std::size_t added_since_tidy_ = 0;
};

// The kind `timeline`: reads its table.
BridgeMaker read_timeline(Table& table);

}  // namespace fedmsgbot
