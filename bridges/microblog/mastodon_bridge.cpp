#include "bridges/microblog/mastodon_bridge.h"

#include "bot/core/log.h"
#include "bridges/microblog/account_settings.h"
#include "bridges/microblog/mastodon_api.h"
#include "bridges/microblog/mastodon_desk.h"
#include "bridges/microblog/mastodon_settings.h"
#include "bridges/microblog/poster_maker.h"

namespace fedmsgbot {

BridgeMaker read_mastodon(Table& table) {
    return [settings = read_mastodon_settings(table)](const BridgeContext& context) -> std::unique_ptr<Bridge> {
        if (is_in_clear(settings.url))
            log::warn("blog.token_in_clear", {{"bridge", context.name}, {"url", settings.url}});
        return make_poster(context, std::make_unique<MastodonApi>(context.executor, settings), settings.style,
                           {settings.token_file});
    };
}

DeskMaker read_mastodon_desk(Table& table) {
    return [settings = read_mastodon_settings(table)](boost::asio::any_io_executor executor) {
        return std::make_unique<MastodonDesk>(std::move(executor), settings);
    };
}

}  // namespace fedmsgbot
