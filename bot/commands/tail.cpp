#include "bot/commands/tail.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "bot/commands/look_back.h"
#include "bot/commands/tail_view.h"
#include "bot/commands/toml_text.h"
#include "bot/core/log.h"
#include "bot/core/message_id.h"
#include "bot/setup.h"
#include "bot/trust/gate.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

bool is_endpoint(const std::string& word) { return word.starts_with("tcp://") || word.starts_with("ipc://"); }
bool is_broker(const std::string& word) { return word.starts_with("amqp://") || word.starts_with("amqps://"); }

void add(Problems& problems, const Problems& more) { problems.insert(problems.end(), more.begin(), more.end()); }

// Moves a value to where it is wanted, or its problems to all others.
template <class T, class Take>
void take(Result<T> result, Problems& problems, Take&& use) {
    if (result)
        use(std::move(result).value());
    else
        add(problems, result.problems());
}

// Those of the command line: the endpoints together are one.
std::vector<SourcePlan> sources_of_words(const TailOptions& options, Problems& problems) {
    std::vector<SourcePlan> plans;
    const auto add_plan = [&](const std::string& table, const std::string& name) {
        take(read_source(table, name), problems, [&](SourcePlan plan) { plans.push_back(std::move(plan)); });
    };
    std::vector<std::string> endpoints;
    for (const auto& word : options.what) {
        if (is_endpoint(word))
            endpoints.push_back(word);
        else if (is_broker(word))
            add_plan("kind = \"amqp\"\n" + broker_table(word, options.broker), "broker");
        else
            add_plan(fmt::format("kind = \"file\"\npath = {}\n", toml_text(word == "-" ? "/dev/stdin" : word)), "file");
    }
    if (!endpoints.empty())
        add_plan(fmt::format("kind = \"zmq\"\nendpoints = {}\n", toml_list(endpoints)), "endpoints");
    return plans;
}

std::vector<SourcePlan> sources_of_setup(std::vector<SourcePlan> plans, const TailOptions& options,
                                         Problems& problems) {
    if (options.what.empty()) return plans;
    std::vector<SourcePlan> wanted;
    for (const auto& name : options.what) {
        const auto found =
            std::find_if(plans.begin(), plans.end(), [&](const auto& plan) { return plan.name == name; });
        if (found == plans.end())
            problems.push_back({{options.configuration->string()}, fmt::format("there is no source \"{}\"", name)});
        else
            wanted.push_back(std::move(*found));
    }
    return wanted;
}

bool is_colored(const std::string& color) {
    if (color != "auto") return color == "always";
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR") && !(terminal && std::string_view(terminal) == "dumb");
}

void read_expressions(const std::vector<std::string>& texts, Problems& problems, std::vector<Regex>& expressions) {
    for (const auto& text : texts)
        take(Regex::compile(text), problems, [&](Regex regex) { expressions.push_back(std::move(regex)); });
}

TailView read_view(const TailOptions& options, Problems& problems) {
    TailView view;
    view.form = options.as_json          ? TailView::Form::json
                : options.is_raw         ? TailView::Form::raw
                : !options.query.empty() ? TailView::Form::query
                                         : TailView::Form::sentence;
    view.colors = is_colored(options.color) ? Colors::ansi : Colors::none;
    view.query = options.query;
    if (options.shows_trust && (view.form == TailView::Form::raw || view.form == TailView::Form::query))
        problems.push_back({{}, "--trust stands behind sentences and in --json: neither --raw nor --query shows it"});
    for (const auto& text : options.topics)
        take(TopicPattern::parse(text), problems, [&](TopicPattern one) { view.topics.push_back(std::move(one)); });
    read_expressions(options.include, problems, view.include);
    read_expressions(options.exclude, problems, view.exclude);
    view.users = options.users;
    view.packages = options.packages;
    return view;
}

std::optional<Verifier> read_verifier(const TailOptions& options, Problems& problems) {
    std::optional<Verifier> verifier;
    if (options.shows_trust)
        take(make_verifier(options.trust), problems, [&](Verifier made) { verifier = std::move(made); });
    return verifier;
}

// Where and how far to look back; nothing where it is not wanted.
std::optional<LookBack> read_look_back(const TailOptions& options, const std::vector<SourcePlan>& plans,
                                       Problems& problems) {
    if (!options.since) return std::nullopt;
    LookBack back;
    const auto since = parse_duration(*options.since);
    if (!since || since->count() < 1)
        problems.push_back({{"--since"}, "a duration is like \"90s\", \"30m\" or \"2h\""});
    else
        back.since = *since;
    back.archive = options.archive;
    for (const auto& plan : plans)
        if (back.archive.empty()) back.archive = plan.catch_up.archive;
    if (back.archive.empty())
        problems.push_back({{"--since"}, "no archive: give --archive, or \"catch_up\" of a source with -c"});
    return back;
}

// Follows all sources until they end, or a signal or the reader ends it. One thread.
class Tail {
public:
    Tail(Rulebook rulebook, TailView view, std::optional<Verifier> verifier)
        : rulebook_(std::move(rulebook)), view_(std::move(view)), verifier_(std::move(verifier)) {}

    void run(const std::vector<SourcePlan>& plans, const std::optional<LookBack>& back) {
        std::vector<std::unique_ptr<Source>> sources;
        sources.reserve(plans.size());
        for (const auto& plan : plans)
            sources.push_back(plan.watch(
                loop_.get_executor(), [this](auto topic) { return view_.wants_topic(topic); }, nullptr));
        asio::signal_set signals(loop_, SIGINT, SIGTERM);
        signals.async_wait([this](const boost::system::error_code& error, int) {
            if (!error) loop_.stop();
        });
        const auto ended = [this](const std::exception_ptr& failure) {
            if (failure && !failure_) failure_ = failure;
            if (failure || --running_ == 0) loop_.stop();
        };
        // The past first; what comes meanwhile waits in the sources, which are connected already.
        const auto follow_all = [&] {
            running_ = sources.size();
            for (auto& source : sources) asio::co_spawn(loop_, follow(*source), ended);
            if (sources.empty()) loop_.stop();
        };
        if (back)
            asio::co_spawn(loop_,
                           look_back(loop_.get_executor(), *back,
                                     [this](const Message& message) {
                                         remember(message);
                                         show(message);
                                         return !is_unread_;
                                     }),
                           [&](const std::exception_ptr& failure) {
                               if (failure || is_unread_) return ended(failure);
                               follow_all();
                           });
        else
            follow_all();
        loop_.run();
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    asio::awaitable<void> follow(Source& source) {
        for (;;) {
            const auto batch = co_await source.next();
            if (batch.empty()) co_return;
            for (const auto& message : batch)
                if (!is_unread_ && !told_.contains(std::string(without_year(message.id())))) show(message);
            source.accepted(batch.size());
            if (is_unread_) loop_.stop();
        }
    }

    // What a source may bring as well. The sender's clock decides, so a wrong one can show a message twice.
    void remember(const Message& message) {
        constexpr std::size_t most = 100'000;
        if (message.sent_at() > started_ - std::chrono::minutes(10) && told_.size() < most)
            told_.emplace(without_year(message.id()));
    }

    void show(const Message& message) {
        const auto line = rulebook_.render(message);
        if (!view_.wants(message, line)) return;
        std::optional<Verdict> verdict;
        if (verifier_) verdict = verifier_->verify(message.bytes(), message.topic());
        auto text = view_.shown(message, line, verdict ? &*verdict : nullptr);
        text += '\n';
        if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
        if (errno != EPIPE) throw std::runtime_error(std::string("standard output: ") + std::strerror(errno));
        is_unread_ = true;
    }

    asio::io_context loop_;
    Rulebook rulebook_;
    TailView view_;
    std::optional<Verifier> verifier_;
    SystemTime started_ = std::chrono::system_clock::now();
    std::unordered_set<std::string> told_;  // from the archive, lately
    std::size_t running_ = 0;
    std::exception_ptr failure_;
    bool is_unread_ = false;  // the reader of our standard output has gone
};

int refuse(const Problems& problems) {
    fmt::print(stderr, "{}", describe(problems));
    return 2;
}

}  // namespace

int tail_command(const TailOptions& options) {
    Problems problems;
    auto view = read_view(options, problems);
    auto verifier = read_verifier(options, problems);
    std::vector<SourcePlan> plans;
    auto folders = options.rules;
    if (options.configuration) {
        take(read_setup(*options.configuration), problems, [&](Setup setup) {
            folders.insert(folders.end(), setup.settings.rules.begin(), setup.settings.rules.end());
            plans = sources_of_setup(std::move(setup.sources), options, problems);
        });
    } else if (options.what.empty() && !options.since) {
        problems.push_back({{}, "nothing to follow: an endpoint, a broker, a file, or -c FILE is missing"});
    } else {
        plans = sources_of_words(options, problems);
    }
    const auto back = read_look_back(options, plans, problems);
    auto rulebook = Rulebook::load(folders);
    if (!rulebook) add(problems, rulebook.problems());
    if (!problems.empty()) return refuse(problems);
    log::set_level(log::Level::warn);  // what is shown is on standard output; here only trouble
    std::signal(SIGPIPE, SIG_IGN);     // a reader that has gone is an error of writing, and an end in order
    Tail(std::move(rulebook).value(), std::move(view), std::move(verifier)).run(plans, back);
    return 0;
}

}  // namespace fedmsgbot
