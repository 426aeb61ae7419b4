#include "bot/commands/publish.h"

#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bot/core/log.h"
#include "bot/core/text.h"
#include "bot/publish/message_maker.h"
#include "bot/publish/publisher.h"
#include "bot/source/line_reader.h"
#include "config/amqp_broker.h"
#include "config/publish_settings.h"

namespace fedmsgbot {

namespace {

Result<AmqpPublishing> read_broker(const PublishOptions& options) {
    auto table = Table::from_text(broker_table(*options.amqp, options.broker), "--amqp");
    if (!table) return table.problems();
    AmqpPublishing publishing;
    read_amqp_broker(*table, publishing);
    publishing.exchange = options.exchange;
    auto problems = table->problems();
    problems.insert(problems.end(), table->missing().begin(), table->missing().end());
    if (!problems.empty()) return problems;
    return publishing;
}

Result<PublisherSettings> read_settings(const PublishOptions& options) {
    auto read = options.configuration ? read_publish_file(*options.configuration)
                                      : Result<PublisherSettings>(PublisherSettings{});
    if (!read) return read.problems();
    auto settings = std::move(read).value();
    const auto take = [](const auto& option, auto& into) {
        if (option) into = *option;
    };
    take(options.topic_prefix, settings.topic_prefix);
    take(options.environment, settings.environment);
    take(options.username, settings.username);
    take(options.cert_file, settings.cert_file);
    take(options.key_file, settings.key_file);
    // The other way than the configuration's is no contradiction to it.
    if (options.relay || options.bind || options.amqp) settings.relay = settings.bind = {};
    take(options.relay, settings.relay);
    take(options.bind, settings.bind);
    if (options.wait) {
        const auto wait = parse_duration(*options.wait);
        if (!wait || wait->count() < 1) return Problem{{"--wait"}, "a duration is like \"500ms\", \"10s\" or \"5m\""};
        settings.wait = *wait;
    }
    if (options.amqp) {
        auto broker = read_broker(options);
        if (!broker) return broker.problems();
        settings.amqp = std::move(broker).value();
    }
    if (settings.relay.empty() && settings.bind.empty() && !settings.amqp)
        return Problem{{}, "nobody to send to: give --relay, --bind or --amqp, or \"relay\" or \"bind\" in [publish]"};
    return settings;
}

// Of what Python's str.strip takes away, all that is ASCII.
std::string_view stripped(std::string_view line) {
    constexpr std::string_view blanks = " \t\n\v\f\r\x1c\x1d\x1e\x1f";
    const auto begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return line.substr(begin, line.find_last_not_of(blanks) + 1 - begin);
}

// Publishes what the options ask for; counts what could not be sent.
class Work {
public:
    Work(const PublishOptions& options, Publisher& publisher) : options_(options), publisher_(publisher) {}

    void run() {
        if (options_.message) {
            publish("--message", *options_.message);
        } else if (options_.is_json) {
            publish_input();
        } else {
            publish_lines();
        }
    }

    void finish() {
        if (const auto why = publisher_.close()) fail(*why);
        log::info("publish.done", {{"published", publisher_.published()}, {"failed", failed_}});
    }

    std::uint64_t failed() const { return failed_; }

private:
    // False when it was not sent, and nothing that follows would be.
    bool publish(std::string_view what, std::string_view text) {
        if (!is_valid_utf8(text)) {
            fail({{std::string(what)}, "not UTF-8: not sent"});
            return true;
        }
        const auto id = publisher_.publish(options_.modname, options_.topic,
                                           options_.is_json ? std::string(text) : log_message(text));
        if (id) return true;
        fail({{std::string(what)}, fmt::format("not sent: {}", describe(id.problems().front()))});
        return false;
    }

    void publish_lines() {
        auto reader = LineReader::standard_input();
        std::string line;
        for (;;) {
            const auto step = reader.next(line);
            if (step == LineReader::Step::end) return;
            const auto what = fmt::format("{}:{}", reader.name(), reader.line_number());
            if (step == LineReader::Step::too_long)
                fail({{what}, fmt::format("longer than {} bytes: not sent", LineReader::most_bytes)});
            else if (!publish(what, stripped(line)))
                return;
        }
    }

    void publish_input() {
        std::string input;
        char buffer[65536];
        while (const auto size = std::fread(buffer, 1, sizeof buffer, stdin)) {
            input.append(buffer, size);
            if (input.size() <= MessageMaker::max_body_bytes) continue;
            fail({{"standard input"}, fmt::format("longer than {} bytes: not sent", MessageMaker::max_body_bytes)});
            return;
        }
        if (std::ferror(stdin)) {
            fail({{"standard input"}, "cannot be read"});
            return;
        }
        publish("standard input", input);
    }

    void fail(const Problem& problem) {
        ++failed_;
        std::fputs((clean_line(describe(problem), 2000) + "\n").c_str(), stderr);
    }

    const PublishOptions& options_;
    Publisher& publisher_;
    std::uint64_t failed_ = 0;
};

int refuse(const Problems& problems) {
    fmt::print(stderr, "{}", describe(problems));
    return 2;
}

}  // namespace

int publish_command(const PublishOptions& options) {
    const auto settings = read_settings(options);
    if (!settings) return refuse(settings.problems());
    auto publisher = Publisher::open(*settings);
    if (!publisher) return refuse(publisher.problems());
    Work work(options, *publisher);
    work.run();
    work.finish();
    return work.failed() == 0 ? 0 : 1;
}

}  // namespace fedmsgbot
