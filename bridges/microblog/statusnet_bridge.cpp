#include "bridges/microblog/statusnet_bridge.h"

#include "bot/core/log.h"
#include "bridges/microblog/account_settings.h"
#include "bridges/microblog/poster.h"
#include "bridges/microblog/statusnet_api.h"
#include "bridges/microblog/statusnet_desk.h"
#include "bridges/microblog/statusnet_settings.h"

namespace fedmsgbot {

BridgeMaker read_statusnet(Table& table) {
    return [settings = read_statusnet_settings(table)](const BridgeContext& context) -> std::unique_ptr<Bridge> {
        // A signature tells nobody the secrets it is made with; a password travels itself.
        if (is_in_clear(settings.url) && !settings.user.empty())
            log::warn("blog.password_in_clear", {{"bridge", context.name}, {"url", settings.url}});
        PosterSettings poster;
        poster.style = settings.style;
        if (!settings.credentials_file.empty()) poster.login_files.push_back(settings.credentials_file);
        if (!settings.password_file.empty()) poster.login_files.push_back(settings.password_file);
        poster.pacer = &context.pacer;
        return std::make_unique<Poster>(
            context.name, std::make_unique<StatusnetApi>(context.executor, settings),
            std::make_unique<Ledger>(context.state_dir / (context.name + ".sqlite"), context.name), poster);
    };
}

DeskMaker read_statusnet_desk(Table& table) {
    return [settings = read_statusnet_settings(table)](boost::asio::any_io_executor executor) {
        return std::make_unique<StatusnetDesk>(std::move(executor), settings);
    };
}

}  // namespace fedmsgbot
