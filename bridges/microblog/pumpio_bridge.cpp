#include "bridges/microblog/pumpio_bridge.h"

#include "bridges/microblog/poster_maker.h"
#include "bridges/microblog/pumpio_api.h"
#include "bridges/microblog/pumpio_desk.h"
#include "bridges/microblog/pumpio_settings.h"

namespace fedmsgbot {

BridgeMaker read_pumpio(Table& table) {
    return [settings = read_pumpio_settings(table)](const BridgeContext& context) -> std::unique_ptr<Bridge> {
        return make_poster(context, std::make_unique<PumpioApi>(context.executor, settings), settings.style,
                           {settings.credentials_file});
    };
}

DeskMaker read_pumpio_desk(Table& table) {
    return [settings = read_pumpio_settings(table)](const boost::asio::any_io_executor& executor) {
        return std::make_unique<PumpioDesk>(executor, settings);
    };
}

}  // namespace fedmsgbot
