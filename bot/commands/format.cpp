#include "bot/commands/format.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "bot/trust/gate.h"
#include "formatters/rulebook.h"

namespace fedmsgbot {

namespace {

// Longer lines are read over and are no messages: the bus' largest stay far under it.
constexpr std::size_t max_line_bytes = 16 * 1024 * 1024;

Result<Accounts> read_accounts(const std::filesystem::path& path) {
    std::ifstream in(path);
    if (!in) return Problem{{path.string()}, std::strerror(errno)};
    const auto json = nlohmann::json::parse(in, nullptr, false);
    if (!json.is_object()) return Problem{{path.string()}, "not a JSON object of nick or e-mail -> account name"};
    Accounts accounts;
    for (const auto& [nick, account] : json.items()) {
        if (!account.is_string())
            return Problem{{path.string()}, fmt::format("the account of \"{}\" is no text", nick)};
        accounts[nick] = account.get<std::string>();
    }
    return accounts;
}

std::string plain(const Line& line) {
    if (line.is_silent) return fmt::format("{} -- (silent)", line.title);
    return fmt::format("{} -- {}{}{}", line.title, line.text, line.link.empty() ? "" : " ", line.link);
}

nlohmann::ordered_json optional_text(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

nlohmann::ordered_json fields(const Line& line) {
    return {{"rule", line.rule},
            {"silent", line.is_silent},
            {"title", line.title},
            {"text", line.text},
            {"link", optional_text(line.link)},
            {"icon", optional_text(line.icon)},
            {"secondary_icon", optional_text(line.secondary_icon)},
            {"agent", optional_text(line.agent)},
            {"usernames", line.usernames},
            {"packages", line.packages},
            {"objects", line.objects},
            {"long_form", optional_text(line.long_form)}};
}

std::string dumped(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string_view name_of(Trust trust) {
    if (trust == Trust::genuine) return "genuine";
    return trust == Trust::invalid ? "invalid" : "unsigned";
}

// Says whether a message is genuine, where somebody asked; remembers why.
class Judge {
public:
    explicit Judge(Verifier* verifier) : verifier_(verifier) {}

    void see(Message& message) {
        if (!verifier_) return;
        verdict_ = verifier_->verify(message.bytes());
        Arrival arrival;
        arrival.trust = trust_of(verdict_);
        message.note_arrival(arrival);
    }
    void tell(nlohmann::ordered_json& out) const {
        if (!verifier_) return;
        out["trust"] = name_of(trust_of(verdict_));
        out[verdict_.is_valid() ? "signer" : "trust_reason"] =
            verdict_.is_valid() ? verdict_.detail : describe(verdict_);
    }

private:
    Verifier* verifier_;
    Verdict verdict_;
};

std::string as_json(const Message& message, const Line& line, const Judge& judge) {
    nlohmann::ordered_json out = {{"topic", message.topic()}, {"id", message.id()}};
    judge.tell(out);
    out.update(fields(line));
    return dumped(out);
}

double seconds(SystemTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

// With the fields of fedmsg's conglomerates: `timestamp` is the mean, `subjective` their second name of the sentence.
std::string as_json(const std::vector<const Message*>& batch, const Condensed& condensed) {
    auto out = fields(condensed.line);
    std::set<std::string> topics, categories;
    std::vector<std::string> ids;
    double first = std::numeric_limits<double>::infinity(), last = 0, sum = 0;
    for (const auto member : condensed.members) {
        const auto& message = *batch[member];
        ids.push_back(message.id());
        topics.insert(message.topic());
        categories.emplace(topic_service(message.topic()));
        const auto at = seconds(message.sent_at());
        first = std::min(first, at);
        last = std::max(last, at);
        sum += at;
    }
    out.update({{"subjective", condensed.line.text},
                {"count", ids.size()},
                {"ids", ids},
                {"topics", topics},
                {"categories", categories},
                {"start_time", first},
                {"end_time", last},
                {"timestamp", sum / static_cast<double>(ids.size())}});
    return dumped(out);
}

std::string no_message(const Problems& problems, bool as_json) {
    const auto why = clean_line(problems.front().text, 300);
    if (!as_json) return fmt::format("(no message: {})", why);
    return nlohmann::json{{"error", why}}.dump();
}

// Gives each message, or why a line is none, to `take`. False when a line was no message.
template <class Take>
bool read_messages(std::istream& in, Take&& take) {
    bool all_are_messages = true;
    for (std::string text; std::getline(in, text);) {
        auto message = text.size() > max_line_bytes ? Result<Message>(Problem{{}, "a line that is too long"})
                                                    : Message::parse(text);
        all_are_messages = all_are_messages && message.has_value();
        take(std::move(message));
    }
    return all_are_messages;
}

void print_one(const Message& message, const Rulebook& rulebook, bool is_json, const Judge& judge) {
    const auto line = message.arrival().is_suspect() ? marked_line(message) : rulebook.render(message);
    fmt::print("{}\n", is_json ? as_json(message, line, judge) : plain(line));
}

bool format_each(std::istream& in, const Rulebook& rulebook, bool is_json, Judge judge) {
    return read_messages(in, [&](Result<Message> message) {
        if (!message) {
            fmt::print("{}\n", no_message(message.problems(), is_json));
            return;
        }
        judge.see(*message);
        print_one(*message, rulebook, is_json, judge);
    });
}

bool format_condensed(std::istream& in, const Rulebook& rulebook, bool is_json, Judge judge) {
    std::vector<Message> messages;
    const bool all_are_messages = read_messages(in, [&](Result<Message> message) {
        if (!message) {
            fmt::print("{}\n", no_message(message.problems(), is_json));
            return;
        }
        judge.see(*message);
        // A suspect is in no sentence with others.
        if (message->arrival().is_suspect())
            print_one(*message, rulebook, is_json, judge);
        else
            messages.push_back(std::move(message).value());
    });
    std::vector<const Message*> batch;
    batch.reserve(messages.size());
    for (const auto& message : messages) batch.push_back(&message);
    for (const auto& condensed : rulebook.condense(batch))
        fmt::print("{}\n", is_json ? as_json(batch, condensed) : plain(condensed.line));
    return all_are_messages;
}

int format(std::istream& in, const Rulebook& rulebook, Verifier* verifier, const FormatOptions& options) {
    const auto formatted = options.is_condensed ? format_condensed : format_each;
    const bool all_are_messages = formatted(in, rulebook, options.as_json, Judge(verifier));
    if (std::fflush(stdout) != 0) throw std::runtime_error(std::string("standard output: ") + std::strerror(errno));
    return all_are_messages ? 0 : 1;
}

int refuse(const Problems& problems) {
    fmt::print(stderr, "{}", describe(problems));
    return 2;
}

}  // namespace

int format_command(const FormatOptions& options) {
    Accounts accounts;
    if (options.accounts) {
        auto read = read_accounts(*options.accounts);
        if (!read) return refuse(read.problems());
        accounts = std::move(read).value();
    }
    const auto rulebook = Rulebook::load(options.rules, std::move(accounts));
    if (!rulebook) return refuse(rulebook.problems());
    std::optional<Verifier> verifier;
    if (options.trust.can_verify()) {
        auto made = make_verifier(options.trust);
        if (!made) return refuse(made.problems());
        verifier = std::move(made).value();
    }
    auto* judge = verifier ? &*verifier : nullptr;
    std::ios::sync_with_stdio(false);
    if (!options.file) return format(std::cin, *rulebook, judge, options);
    std::ifstream in(*options.file, std::ios::binary);
    // A folder opens too, but cannot be read.
    if (!in || in.peek() == std::ifstream::traits_type::eof())
        if (!in.eof() || !std::filesystem::is_regular_file(*options.file))
            return refuse({Problem{{options.file->string()}, errno ? std::strerror(errno) : "cannot be read"}});
    in.clear();
    return format(in, *rulebook, judge, options);
}

}  // namespace fedmsgbot
