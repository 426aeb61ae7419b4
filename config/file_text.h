#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "bot/core/result.h"

namespace fedmsgbot {

// The whole text of a file. A problem, with the file as its place, where it cannot be read or is larger than `most`.
Result<std::string> read_file_text(const std::filesystem::path& path, std::size_t most);

// A secret without the white space at its end. Problems without a place, and without the secret.
Result<std::string> read_secret_file(const std::filesystem::path& path);
Result<std::string> read_secret_variable(const std::string& name);

// Keeps a secret in a file, and a line end: whole or not at all, readable by nobody but its owner. That is who writes
// it; of a file that was there, root leaves the owner as he was. Where the path is a link, what it leads to. Problems
// without the secret.
Problems write_secret_file(const std::filesystem::path& path, const std::string& secret);

// Why write_secret_file would fail, as far as that can be known without writing; empty where nothing is.
Problems secret_file_hindrance(const std::filesystem::path& path);

}  // namespace fedmsgbot
