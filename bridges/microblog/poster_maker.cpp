#include "bridges/microblog/poster_maker.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fedmsgbot {

std::unique_ptr<Bridge> make_poster(const BridgeContext& context, std::unique_ptr<MicroblogApi> api,
                                    const PostStyle& style, std::initializer_list<std::filesystem::path> login_files) {
    PosterSettings settings;
    settings.style = style;
    std::copy_if(login_files.begin(), login_files.end(), std::back_inserter(settings.login_files),
                 [](const auto& file) { return !file.empty(); });
    settings.pacer = &context.pacer;
    auto ledger = std::make_unique<Ledger>(context.state_dir / (context.name + ".sqlite"), context.name);
    return std::make_unique<Poster>(context.name, std::move(api), std::move(ledger), std::move(settings));
}

}  // namespace fedmsgbot
