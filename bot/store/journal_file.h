#pragma once

#include <filesystem>

#include "bot/store/database.h"

namespace fedmsgbot {

// The journal's file with its tables, made where there is none; what an older version of us wrote is taken over.
// Throws DatabaseError.
Database open_journal(const std::filesystem::path& path);

}  // namespace fedmsgbot
