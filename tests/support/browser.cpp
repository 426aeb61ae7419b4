#include "tests/support/browser.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <set>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/support/world.h"

namespace fedmsgbot::testing {

namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(90);

// One end of a pipe.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    int get() const { return number_; }
    void set(int number) { number_ = number; }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }

private:
    int number_;
};

void make_pipe(Descriptor& read_end, Descriptor& write_end) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    // Above 9, so that giving them the numbers 3 and 4 in the child cannot hit one another.
    read_end.set(::fcntl(ends[0], F_DUPFD_CLOEXEC, 10));
    write_end.set(::fcntl(ends[1], F_DUPFD_CLOEXEC, 10));
    ::close(ends[0]);
    ::close(ends[1]);
}

std::string from_base64(const std::string& text) {
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const auto value = letters.find(c);
        if (value == std::string_view::npos) break;
        bits = (bits << 6U) | static_cast<unsigned>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>((bits >> count) & 0xffU);
    }
    return out;
}

}  // namespace

struct Browser::State {
    TempFolder folder;
    pid_t id = -1;
    Descriptor commands;  // we write
    Descriptor events;    // we read
    std::string received;
    int last_call = 0;
    std::string session;
    std::vector<std::string> complaints;
    std::vector<std::string> requests;

    void start();
    void stop();
    Json call(const std::string& method, const Json& parameters);
    Json next_message(Clock::time_point deadline);
    void hear(const Json& event);
    void look(const Look& look);

    std::set<std::string> loaded;  // documents, by the number of their navigation
};

void Browser::State::start() {
    Descriptor child_in, child_out;
    make_pipe(child_in, commands);
    make_pipe(events, child_out);
    std::vector<std::string> words = {"chromium",
                                      "--headless",
                                      "--no-sandbox",
                                      "--disable-gpu",
                                      "--disable-quic",
                                      "--no-first-run",
                                      "--disable-background-networking",
                                      "--disable-component-update",
                                      "--disable-sync",
                                      "--disable-extensions",
                                      "--disable-dev-shm-usage",
                                      "--hide-scrollbars",
                                      "--remote-debugging-pipe",
                                      "--user-data-dir=" + (folder / "profile").string(),
                                      "about:blank"};
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, child_in.get(), 3);
    ::posix_spawn_file_actions_adddup2(&actions, child_out.get(), 4);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 5);
    // A process group of its own: its helpers can then be ended with it.
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    const int error = ::posix_spawnp(&id, arguments[0], &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        id = -1;
        throw std::runtime_error(fmt::format("cannot start chromium: {}", std::strerror(error)));
    }
}

void Browser::State::stop() {
    if (id < 0) return;
    commands.close();  // it ends when nobody can command it any more
    const auto gone = [this] { return ::waitpid(id, nullptr, WNOHANG) == id; };
    const bool ended = eventually(gone, std::chrono::seconds(5));
    ::kill(-id, SIGKILL);
    if (!ended) ::waitpid(id, nullptr, 0);
    id = -1;
}

Json Browser::State::next_message(Clock::time_point deadline) {
    while (true) {
        if (const auto end = received.find('\0'); end != std::string::npos) {
            auto message = Json::parse(received.substr(0, end));
            received.erase(0, end + 1);
            return message;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waiting{events.get(), POLLIN, 0};
        if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0)
            throw std::runtime_error("chromium does not answer");
        std::array<char, 65536> bytes{};
        const auto size = ::read(events.get(), bytes.data(), bytes.size());
        if (size <= 0) throw std::runtime_error("chromium has ended");
        received.append(bytes.data(), static_cast<std::size_t>(size));
    }
}

void Browser::State::hear(const Json& event) {
    const std::string method = event.value("method", "");
    const auto& told = event.value("params", Json::object());
    if (method == "Page.lifecycleEvent" && told.value("name", "") == "load")
        loaded.insert(told.value("loaderId", ""));
    else if (method == "Log.entryAdded")
        complaints.push_back(told["entry"].value("text", "?"));
    else if (method == "Runtime.consoleAPICalled")
        complaints.push_back("console: " + told["args"].dump());
    else if (method == "Runtime.exceptionThrown")
        complaints.push_back("exception: " + told["exceptionDetails"].dump());
    else if (method == "Page.javascriptDialogOpening")
        complaints.push_back("dialog: " + told.value("message", ""));
    else if (method == "Network.requestWillBeSent")
        requests.push_back(told["request"].value("url", "?"));
}

Json Browser::State::call(const std::string& method, const Json& parameters) {
    Json message = {{"id", ++last_call}, {"method", method}, {"params", parameters}};
    if (!session.empty()) message["sessionId"] = session;
    const std::string bytes = message.dump() + '\0';
    for (std::size_t at = 0; at < bytes.size();) {
        const auto size = ::write(commands.get(), bytes.data() + at, bytes.size() - at);
        if (size <= 0) throw std::runtime_error("chromium has ended");
        at += static_cast<std::size_t>(size);
    }
    const auto deadline = Clock::now() + patience;
    while (true) {
        const auto answer = next_message(deadline);
        if (answer.value("id", 0) != last_call) {
            hear(answer);
            continue;
        }
        if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
        return answer.value("result", Json::object());
    }
}

void Browser::State::look(const Look& look) {
    call("Emulation.setDeviceMetricsOverride",
         {{"width", look.width}, {"height", look.height}, {"deviceScaleFactor", 1}, {"mobile", false}});
    const Json scheme = {{"name", "prefers-color-scheme"}, {"value", look.dark ? "dark" : "light"}};
    call("Emulation.setEmulatedMedia", {{"features", Json::array({scheme})}});
    call("Emulation.setScriptExecutionDisabled", {{"value", !look.scripts}});
}

Browser::Browser() : state_(std::make_unique<State>()) {
    // It may end while we write to it; that shall be an error here, not the end of the tests.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        state_->start();
        const auto target = state_->call("Target.createTarget", {{"url", "about:blank"}})["targetId"];
        const auto attached = state_->call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}});
        state_->session = attached["sessionId"];
        for (const auto* domain : {"Page", "Runtime", "Log", "Network"})
            state_->call(fmt::format("{}.enable", domain), Json::object());
        state_->call("Page.setLifecycleEventsEnabled", {{"enabled", true}});
    } catch (...) {
        state_->stop();
        throw;
    }
}

Browser::~Browser() { state_->stop(); }

void Browser::open(const std::string& url) { open(url, Look()); }

void Browser::open(const std::string& url, const Look& look) {
    state_->call("Page.navigate", {{"url", "about:blank"}});
    state_->look(look);
    state_->complaints.clear();
    state_->requests.clear();
    const auto answer = state_->call("Page.navigate", {{"url", url}});
    if (answer.contains("errorText")) throw std::runtime_error(url + ": " + answer["errorText"].dump());
    const auto deadline = Clock::now() + patience;
    while (!state_->loaded.contains(answer.at("loaderId").get<std::string>()))
        state_->hear(state_->next_message(deadline));
}

void Browser::before_load(const std::string& script) {
    state_->call("Page.addScriptToEvaluateOnNewDocument", {{"source", script}});
}

std::string Browser::evaluate(const std::string& expression) {
    const auto answer =
        state_->call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}});
    if (answer.contains("exceptionDetails")) throw std::runtime_error(answer["exceptionDetails"].dump());
    const auto value = answer["result"].value("value", Json());
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void Browser::press(const std::string& key) {
    Json event = {{"type", "keyDown"}, {"key", key}};
    if (key.size() == 1) event["text"] = key;
    if (key == "Enter") event["text"] = "\r", event["windowsVirtualKeyCode"] = 13;
    state_->call("Input.dispatchKeyEvent", event);
    state_->call("Input.dispatchKeyEvent", {{"type", "keyUp"}, {"key", key}});
}

std::string Browser::dom() { return evaluate("document.documentElement.outerHTML"); }

void Browser::screenshot(const std::filesystem::path& file) {
    const auto answer = state_->call("Page.captureScreenshot", {{"format", "png"}});
    write_file(file, from_base64(answer.at("data").get<std::string>()));
}

std::string Browser::dom(const std::string& url) {
    open(url);
    return dom();
}

void Browser::screenshot(const std::string& url, const std::filesystem::path& file, int width, bool dark) {
    Look look;
    look.width = width;
    look.dark = dark;
    open(url, look);
    screenshot(file);
}

std::vector<std::string> Browser::complaints() {
    evaluate("1");  // what was under way has arrived before the answer to this
    return state_->complaints;
}

std::vector<std::string> Browser::requests() { return state_->requests; }

}  // namespace fedmsgbot::testing
