#pragma once

#include <filesystem>
#include <string>

namespace fedmsgbot {

struct ReplayOptions {
    std::filesystem::path file;
    std::string bind;      // endpoint: tcp://127.0.0.1:9940
    double rate = 0;       // messages a second; 0 or less: as fast as the subscribers take them
    bool is_loop = false;  // again from the start, until a signal
};

// The command `replay`: publishes a recorded file, one message a line, as it stands, once somebody subscribes. SIGINT
// and SIGTERM end it; what was published until then is sent first. Returns the exit status: 0; 1 when a line was no
// message (each reported as `FILE:LINE: text` and skipped) or the endpoint cannot be had; 2 when the file cannot be
// read.
int replay(const ReplayOptions& options);

}  // namespace fedmsgbot
