#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bridges/timeline/event_streams.h"
#include "bridges/timeline/mastodon_view.h"
#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// The timeline as Mastodon streams it: server-sent events of one stream, or a WebSocket over which the client
// subscribes to several. Nothing of its own waits anywhere: a stream is a place in the timeline (EventStreams). Its
// parts must outlive it and its streams; members may throw DatabaseError. One thread.
class MastodonStreams {
public:
    static constexpr std::size_t most_subscriptions = 16;  // of one WebSocket

    MastodonStreams(EventStreams& streams, ApiAccounts& accounts, MastodonView& view)
        : streams_(streams), accounts_(accounts), view_(view) {}

    // `path` is what follows /api/v1/streaming: empty, or `/public/local`.
    PageAnswer answer(std::string_view path, const PageTarget& target, const PageRequest& request);

private:
    // A stream's name as in Mastodon's parameter, and its hashtag.
    struct Wanted {
        Wanted(std::string stream, std::string tag);

        std::string stream;
        std::string tag;

        std::string key() const { return stream + '\n' + tag; }
    };
    enum class Wire { events, socket };
    struct Talk;
    struct Opened;

    // A stream outlives its request, so it keeps what that called us by.
    using Settings = std::shared_ptr<const TimelineSettings>;

    Opened open(const Wanted& wanted, Wire wire, std::optional<std::int64_t> after, const Settings& settings);
    std::shared_ptr<const EventForm> form(const Wanted& wanted, Wire wire, const Settings& settings);
    PageAnswer socket(const Wanted& wanted, const Settings& settings);
    void hear(Talk& talk, std::string_view text);
    void subscribe(Talk& talk, const Wanted& wanted);

    EventStreams& streams_;
    ApiAccounts& accounts_;
    MastodonView& view_;
};

}  // namespace fedmsgbot
