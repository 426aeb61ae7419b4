#include "bridges/microblog/statusnet_bridge.h"

#include "bot/core/log.h"
#include "bridges/microblog/account_settings.h"
#include "bridges/microblog/poster_maker.h"
#include "bridges/microblog/statusnet_api.h"
#include "bridges/microblog/statusnet_desk.h"
#include "bridges/microblog/statusnet_settings.h"

namespace fedmsgbot {

BridgeMaker read_statusnet(Table& table) {
    return [settings = read_statusnet_settings(table)](const BridgeContext& context) -> std::unique_ptr<Bridge> {
        // A signature tells nobody the secrets it is made with; a password travels itself.
        if (is_in_clear(settings.url) && !settings.user.empty())
            log::warn("blog.password_in_clear", {{"bridge", context.name}, {"url", settings.url}});
        return make_poster(context, std::make_unique<StatusnetApi>(context.executor, settings), settings.style,
                           {settings.credentials_file, settings.password_file});
    };
}

DeskMaker read_statusnet_desk(Table& table) {
    return [settings = read_statusnet_settings(table)](const boost::asio::any_io_executor& executor) {
        return std::make_unique<StatusnetDesk>(executor, settings);
    };
}

}  // namespace fedmsgbot
