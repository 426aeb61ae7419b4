#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio.hpp>

#include "bridges/microblog/mastodon_api.h"
#include "bridges/microblog/poster.h"
#include "tests/http/asking.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// A book that nobody reads: these tests look at outcomes.
class NoReceipts : public Receipts {
public:
    void settle(Entry, const std::string&, Settlement) override {}
};

inline std::shared_ptr<const Message> make_message(const std::string& id) {
    auto message = Message::parse(R"({"topic":"org.fedoraproject.prod.git.receive","msg":{},"msg_id":")" + id + "\"}");
    return std::make_shared<const Message>(std::move(message.value()));
}

inline MastodonSettings settings_for(std::string url, std::string token) {
    MastodonSettings settings;
    settings.url = std::move(url);
    settings.token = std::move(token);
    settings.visibility = "unlisted";
    settings.language = "en";
    settings.timeout = std::chrono::milliseconds(400);
    return settings;
}

// One life of the bot, as far as its account on a microblog goes. Ending it in the middle of a delivery is what
// kill -9 does; the next life finds the same ledger in the same folder.
class Life {
public:
    using ApiMaker = std::function<std::unique_ptr<MicroblogApi>(boost::asio::any_io_executor)>;

    Life(const std::filesystem::path& folder, MastodonSettings settings, std::chrono::milliseconds settling = {})
        : context_(std::make_unique<boost::asio::io_context>()) {
        PosterSettings poster;
        poster.settling = settling;
        poster.style = settings.style;
        if (!settings.token_file.empty()) poster.login_files.push_back(settings.token_file);
        start(folder, std::make_unique<MastodonApi>(context_->get_executor(), std::move(settings)), poster);
    }
    // Of an account of any kind.
    Life(const std::filesystem::path& folder, const ApiMaker& make, PosterSettings poster)
        : context_(std::make_unique<boost::asio::io_context>()) {
        start(folder, make(context_->get_executor()), std::move(poster));
    }
    // One attempt.
    Outcome deliver(const std::string& id, const std::string& text, const std::string& link = {}) {
        const Post post = make_post(id, text, link);
        auto outcomes = run_until_done(*context_, poster_->deliver({&post}));
        return outcomes.at(0);
    }

    // Attempts until it is settled, as an outbox without patience would make them.
    Outcome settle(const std::string& id, const std::string& text, const std::string& link = {}) {
        Outcome outcome = Outcome::retry("not tried");
        eventually([&] {
            outcome = deliver(id, text, link);
            return outcome.kind() != Outcome::Kind::retry;
        });
        return outcome;
    }

    // Begins a delivery and leaves it in the middle, as soon as `moment` has come.
    void die_while_delivering(const std::string& id, const std::string& text, const std::function<bool()>& moment) {
        const Post post = make_post(id, text, {});
        const Bridge::Batch batch{&post};
        boost::asio::co_spawn(*context_, poster_->deliver(batch), [](std::exception_ptr, Outcomes) {});
        while (!moment()) context_->run_one_for(std::chrono::milliseconds(1));
        poster_.reset();
        context_.reset();
    }

private:
    void start(const std::filesystem::path& folder, std::unique_ptr<MicroblogApi> api, PosterSettings settings) {
        poster_ = std::make_unique<Poster>(
            "blog", std::move(api), std::make_unique<Ledger>(folder / "blog.sqlite", "blog"), std::move(settings));
    }
    Post make_post(const std::string& id, const std::string& text, const std::string& link) {
        auto line = std::make_shared<Line>();
        line->text = text;
        line->link = link;
        return Post(make_message(id), line, "", std::chrono::system_clock::now(), Share(receipts_, 1, "blog"));
    }

    NoReceipts receipts_;
    std::unique_ptr<boost::asio::io_context> context_;
    std::unique_ptr<Poster> poster_;
};

}  // namespace fedmsgbot::testing
