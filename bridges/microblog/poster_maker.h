#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>

#include "bridges/microblog/poster.h"
#include "bridges/registry.h"

namespace fedmsgbot {

// The bridge to an account of any kind, with a ledger at state_dir/NAME.sqlite. `login_files`: whose change may mend a
// refused login; an empty path is none.
std::unique_ptr<Bridge> make_poster(const BridgeContext& context, std::unique_ptr<MicroblogApi> api,
                                    const PostStyle& style, std::initializer_list<std::filesystem::path> login_files);

}  // namespace fedmsgbot
