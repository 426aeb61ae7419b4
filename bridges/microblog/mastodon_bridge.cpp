#include "bridges/microblog/mastodon_bridge.h"

#include "bot/core/log.h"
#include "bridges/microblog/account_settings.h"
#include "bridges/microblog/mastodon_api.h"
#include "bridges/microblog/mastodon_desk.h"
#include "bridges/microblog/mastodon_settings.h"
#include "bridges/microblog/poster.h"

namespace fedmsgbot {

BridgeMaker read_mastodon(Table& table) {
    return [settings = read_mastodon_settings(table)](const BridgeContext& context) -> std::unique_ptr<Bridge> {
        if (is_in_clear(settings.url))
            log::warn("blog.token_in_clear", {{"bridge", context.name}, {"url", settings.url}});
        PosterSettings poster;
        poster.style = settings.style;
        if (!settings.token_file.empty()) poster.login_files.push_back(settings.token_file);
        poster.pacer = &context.pacer;
        return std::make_unique<Poster>(
            context.name, std::make_unique<MastodonApi>(context.executor, settings),
            std::make_unique<Ledger>(context.state_dir / (context.name + ".sqlite"), context.name), poster);
    };
}

DeskMaker read_mastodon_desk(Table& table) {
    return [settings = read_mastodon_settings(table)](boost::asio::any_io_executor executor) {
        return std::make_unique<MastodonDesk>(std::move(executor), settings);
    };
}

}  // namespace fedmsgbot
