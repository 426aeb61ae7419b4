#pragma once

#include <filesystem>
#include <string>

namespace fedmsgbot {

// `fedmsgbot explain -c FILE TOPIC-or-message`: which rule formats it and why not the others, the sentence, and which
// routes take it to which targets, or which condition keeps it out. `subject` is a topic, a message in JSON, or `-` for
// a message on standard input. `at`: when it is asked for what routes say and keep back; a time that clock_from takes.
// Exit status: 0, or 2 when the configuration or the message is wrong.
int explain_command(const std::filesystem::path& configuration, const std::string& subject, const std::string& at = {});

}  // namespace fedmsgbot
