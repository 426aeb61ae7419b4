#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "bridges/timeline/page_request.h"

namespace fedmsgbot {

// Answers for programs: fields in the order they were written in, bytes that are no text replaced, and open to the
// scripts of other sites, since all of it is public anyway.
PageAnswer json_answer(unsigned status, const nlohmann::ordered_json& json);

// {"error": text}: the form that datagrepper's, Mastodon's and StatusNet's clients look for.
PageAnswer json_error(unsigned status, const std::string& text);

// One line, in ASCII: JSON has no line ends but escaped ones.
std::string json_line(const nlohmann::ordered_json& json);

}  // namespace fedmsgbot
