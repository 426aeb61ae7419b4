#pragma once

#include <string>

#include "bot/core/topic_entry.h"

namespace fedmsgbot {

// For a terminal: by service, in 100 columns; only a word that is longer itself runs over.
std::string plain_listing(const TopicEntries& entries);

// One object a line.
std::string json_listing(const TopicEntries& entries);

// A page by service: docs/topics.md is that of the shipped rules. Nothing in an entry is taken for Markdown.
std::string markdown_listing(const TopicEntries& entries);

}  // namespace fedmsgbot
