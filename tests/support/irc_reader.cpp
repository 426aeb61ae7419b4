#include "tests/support/irc_reader.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <libirc_rfcnumeric.h>
#include <libircclient.h>
#include <sys/select.h>

#include "tests/support/world.h"

namespace fedmsgbot::testing {

struct IrcReader::State {
    std::string channel;
    mutable std::mutex mutex;  // guards what stands between here and the thread
    std::vector<Seen> seen;
    std::vector<Seen> answers;
    std::vector<std::string> joins;
    std::vector<std::string> commands;
    std::size_t ctcp = 0;
    std::size_t obeyed = 0;
    bool is_joined = false;
    std::string trouble;

    // The thread's own.
    irc_session_t* session = nullptr;
    std::atomic<bool> must_end = false;
    std::thread thread;

    ~State() {
        must_end = true;
        if (thread.joinable()) thread.join();
        if (session) irc_destroy_session(session);
    }
    void live();
    void send_commands();
};

namespace {

using Lock = std::lock_guard<std::mutex>;

// Callbacks of libircclient; they run in the reader's thread.

IrcReader::State& state_of(irc_session_t* session) { return *static_cast<IrcReader::State*>(irc_get_ctx(session)); }

void on_connect(irc_session_t* session, const char*, const char*, const char**, unsigned) {
    irc_cmd_join(session, state_of(session).channel.c_str(), nullptr);
}

void on_join(irc_session_t* session, const char*, const char* origin, const char**, unsigned) {
    auto& state = state_of(session);
    const Lock lock(state.mutex);
    if (!state.is_joined)
        state.is_joined = true;  // the first is our own
    else
        state.joins.emplace_back(origin ? origin : "");
}

void on_line(irc_session_t* session, const char* event, const char* origin, const char** parameters, unsigned count) {
    auto& state = state_of(session);
    const Lock lock(state.mutex);
    state.seen.push_back({origin ? origin : "", count > 1 && parameters[1] ? parameters[1] : "",
                          std::chrono::steady_clock::now(), std::string(event) != "CHANNEL"});
}

void on_answer(irc_session_t* session, const char*, const char* origin, const char** parameters, unsigned count) {
    auto& state = state_of(session);
    const Lock lock(state.mutex);
    state.answers.push_back({origin ? origin : "", count > 1 && parameters[1] ? parameters[1] : "",
                             std::chrono::steady_clock::now(), true});
}

void on_ctcp(irc_session_t* session, const char*, const char*, const char**, unsigned) {
    auto& state = state_of(session);
    const Lock lock(state.mutex);
    ++state.ctcp;
}

void on_numeric(irc_session_t* session, unsigned numeric, const char*, const char**, unsigned) {
    if (numeric != LIBIRC_RFC_RPL_USERHOST) return;
    auto& state = state_of(session);
    const Lock lock(state.mutex);
    ++state.obeyed;
}

irc_callbacks_t callbacks() {
    irc_callbacks_t all{};
    all.event_connect = on_connect;
    all.event_join = on_join;
    all.event_numeric = on_numeric;
    all.event_channel = on_line;
    all.event_channel_notice = on_line;
    all.event_notice = on_answer;
    all.event_ctcp_req = on_ctcp;
    all.event_ctcp_rep = on_ctcp;
    all.event_ctcp_action = on_ctcp;
    return all;
}

}  // namespace

void IrcReader::State::send_commands() {
    std::vector<std::string> now;
    {
        const Lock lock(mutex);
        now.swap(commands);
    }
    for (const auto& line : now) irc_send_raw(session, "%s", line.c_str());
}

void IrcReader::State::live() {
    while (!must_end && irc_is_connected(session)) {
        send_commands();
        fd_set in, out;
        FD_ZERO(&in);
        FD_ZERO(&out);
        int most = 0;
        irc_add_select_descriptors(session, &in, &out, &most);
        timeval time{0, 10'000};
        if (::select(most + 1, &in, &out, nullptr, &time) < 0) break;
        if (irc_process_select_descriptors(session, &in, &out) != 0) break;
    }
    const Lock lock(mutex);
    trouble = irc_strerror(irc_errno(session));
}

IrcReader::IrcReader(std::uint16_t port, std::string channel) : IrcReader(port, std::move(channel), Options{}) {}

IrcReader::IrcReader(std::uint16_t port, std::string channel, Options options) : state_(std::make_unique<State>()) {
    auto& state = *state_;
    state.channel = std::move(channel);
    auto all = callbacks();
    state.session = irc_create_session(&all);
    if (!state.session) throw std::runtime_error("libircclient gives no session");
    irc_set_ctx(state.session, &state);
    irc_option_set(state.session, LIBIRC_OPTION_STRIPNICKS);
    const auto* password = options.password.empty() ? nullptr : options.password.c_str();
    if (irc_connect(state.session, "127.0.0.1", port, password, options.nick.c_str(), "reader", "reader") != 0)
        throw std::runtime_error(std::string("libircclient: ") + irc_strerror(irc_errno(state.session)));
    state.thread = std::thread([&state] { state.live(); });
    const bool is_in = eventually([&state] {
        const Lock lock(state.mutex);
        return state.is_joined || !state.trouble.empty();
    });
    const Lock lock(state.mutex);
    if (!is_in || !state.is_joined) throw std::runtime_error("the reader cannot join: " + state.trouble);
}

IrcReader::~IrcReader() = default;

bool IrcReader::wait_for_end(std::chrono::milliseconds most) const {
    return eventually(
        [this] {
            const Lock lock(state_->mutex);
            return !state_->trouble.empty();
        },
        most);
}

std::vector<IrcReader::Seen> IrcReader::lines() const {
    const Lock lock(state_->mutex);
    return state_->seen;
}

std::vector<std::string> IrcReader::texts() const {
    std::vector<std::string> all;
    for (auto& line : lines()) all.push_back(std::move(line.text));
    return all;
}

bool IrcReader::wait_for(std::size_t count, std::chrono::milliseconds most) const {
    const auto enough = [&] {
        const Lock lock(state_->mutex);
        return state_->seen.size() >= count;
    };
    return eventually(enough, most);
}

std::vector<IrcReader::Seen> IrcReader::answers() const {
    const Lock lock(state_->mutex);
    return state_->answers;
}

bool IrcReader::wait_for_answer(const std::string& part, std::chrono::milliseconds most) const {
    const auto came = [&] {
        const auto all = answers();
        return std::any_of(all.begin(), all.end(),
                           [&](const Seen& answer) { return answer.text.find(part) != std::string::npos; });
    };
    return eventually(came, most);
}

std::vector<std::string> IrcReader::joins() const {
    const Lock lock(state_->mutex);
    return state_->joins;
}

bool IrcReader::wait_for_join(const std::string& nick, std::chrono::milliseconds most) const {
    const auto came = [&] {
        const auto all = joins();
        return std::find(all.begin(), all.end(), nick) != all.end();
    };
    return eventually(came, most);
}

std::size_t IrcReader::ctcp_count() const {
    const Lock lock(state_->mutex);
    return state_->ctcp;
}

void IrcReader::command(const std::string& line) {
    // Servers answer in order, and this is a question without effect.
    std::size_t before = 0;
    {
        const Lock lock(state_->mutex);
        before = state_->obeyed;
        state_->commands.push_back(line);
        state_->commands.push_back("USERHOST nobody");
    }
    const bool is_obeyed = eventually([&] {
        const Lock lock(state_->mutex);
        return state_->obeyed > before;
    });
    if (!is_obeyed) throw std::runtime_error("the server does not answer the reader: " + line);
}

}  // namespace fedmsgbot::testing
