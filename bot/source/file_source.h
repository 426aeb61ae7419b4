#pragma once

#include <string_view>
#include <vector>

#include "bot/core/log.h"
#include "bot/source/line_reader.h"
#include "bot/source/source.h"

namespace fedmsgbot {

// A recorded file: one message a line, as JSON, empty lines skipped. Ends where the file does. A line that is no
// message is counted and logged with its place; nothing is lost silently, and none stops the rest.
class FileSource : public Source {
public:
    // An empty interest wants everything.
    explicit FileSource(LineReader reader, Interest interest = {});

    boost::asio::awaitable<std::vector<Message>> next() override;
    SourceCounters counters() const override { return counters_; }

private:
    void take(std::string line, std::vector<Message>& batch);
    void refuse(std::string_view why);

    LineReader reader_;
    Interest interest_;
    SourceCounters counters_;
    log::Limiter malformed_log_;
};

}  // namespace fedmsgbot
