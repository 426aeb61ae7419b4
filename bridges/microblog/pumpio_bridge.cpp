#include "bridges/microblog/pumpio_bridge.h"

#include "bridges/microblog/poster.h"
#include "bridges/microblog/pumpio_api.h"
#include "bridges/microblog/pumpio_desk.h"
#include "bridges/microblog/pumpio_settings.h"

namespace fedmsgbot {

BridgeMaker read_pumpio(Table& table) {
    return [settings = read_pumpio_settings(table)](const BridgeContext& context) -> std::unique_ptr<Bridge> {
        PosterSettings poster;
        poster.style = settings.style;
        if (!settings.credentials_file.empty()) poster.login_files.push_back(settings.credentials_file);
        poster.pacer = &context.pacer;
        return std::make_unique<Poster>(
            context.name, std::make_unique<PumpioApi>(context.executor, settings),
            std::make_unique<Ledger>(context.state_dir / (context.name + ".sqlite"), context.name), poster);
    };
}

DeskMaker read_pumpio_desk(Table& table) {
    return [settings = read_pumpio_settings(table)](boost::asio::any_io_executor executor) {
        return std::make_unique<PumpioDesk>(std::move(executor), settings);
    };
}

}  // namespace fedmsgbot
