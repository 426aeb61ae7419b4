#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fedmsgbot::testing {

struct BlogScript;

// A strict server of a microblog, with Mastodon's API or another one, that does on request what real ones do on bad
// days. Runs in a thread of its own and keeps its state when it goes down, so that the bot can be killed, and the
// server too, and the statuses counted at the end. Every member may be called from the test's thread.
class HttpScript {
public:
    struct Settings {
        std::string token = "test-token";
        bool is_idempotent = true;     // honours Idempotency-Key, as Mastodon does and others do not
        std::size_t characters = 500;  // more is 422
        std::size_t url = 23;
        bool has_v2_instance = true;
        bool is_bot = true;               // the account is marked as one
        std::string code = "good-code";   // what the page of /oauth/authorize shows
        std::vector<std::string> scopes;  // of the token, as Mastodon 4.3 tells them; empty: as older ones, not at all
        std::string software = "mastodon";
        std::filesystem::path certificate;  // PEM, with the key in the same file; empty: plain HTTP
    };

    // How one request ends instead of well.
    struct Step {
        enum class Ending {
            answer,    // whole
            hang,      // never
            close,     // the connection, without an answer
            truncate,  // in the middle of the body
            trickle,   // byte by byte, slowly
        };

        bool is_stored = true;  // a status is on the account before the answer begins
        int status = 200;
        std::map<std::string, std::string> headers;
        std::optional<std::string> body;  // else what the API says
        Ending ending = Ending::answer;
        std::chrono::milliseconds delay{0};  // before the status is stored
    };

    struct Status {
        std::string id;
        std::string text;  // as it was posted
        std::string visibility;
        std::string language;
        std::string key;
        std::string warning{};
        std::string reply_to{};
    };

    struct Request {
        std::string method;
        std::string target;
        std::map<std::string, std::string> headers;  // names in lower case
        std::string body;
    };

    HttpScript() : HttpScript(Settings{}) {}
    explicit HttpScript(Settings settings);
    // With an account of another kind. Of the settings, the certificate alone counts.
    explicit HttpScript(std::unique_ptr<BlogScript> account);
    HttpScript(std::unique_ptr<BlogScript> account, Settings settings);
    ~HttpScript();

    std::uint16_t port() const;
    std::string url() const;  // for a configuration
    std::string token() const;

    void next_post(Step step);                   // for the next POST of a status; several queue up
    void next_look(Step step);                   // likewise for the next list of the account's statuses
    void answer(std::string target, Step step);  // always, for a target that is not of the API
    // For what the API does not know: asked of every request first, on the server's thread; nothing: the API answers.
    void answer_by(std::function<std::optional<Step>(const Request&)> handler);
    void put_foreign_status(std::string text);  // somebody posts by hand

    // Of so many POSTs of statuses, about one ends badly, in any of the ways there are, its status stored or not; 0:
    // none.
    void be_unreliable(unsigned one_in, unsigned seed);

    void go_down();  // connections break, new ones are refused
    void come_up();  // on the same port

    // Runs it while the server touches nothing: for whoever keeps the account behind it.
    void while_still(const std::function<void()>& work) const;

    std::vector<Status> statuses() const;    // oldest first
    std::vector<std::string> texts() const;  // likewise
    std::vector<Request> requests() const;
    std::size_t posts() const;  // POSTs of statuses that arrived
    std::size_t looks() const;  // lists of the account's statuses that were asked for
    // What a strict server would not have: no User-Agent, a wrong token, an unknown field.
    std::vector<std::string> complaints() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

HttpScript::Step step(HttpScript::Step::Ending ending, bool is_stored, int status = 200);

}  // namespace fedmsgbot::testing
