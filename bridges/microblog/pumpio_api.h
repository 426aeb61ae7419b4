#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "bot/core/result.h"
#include "bridges/microblog/api_client.h"
#include "bridges/microblog/microblog_api.h"
#include "bridges/microblog/oauth1_keyring.h"
#include "bridges/microblog/pumpio_settings.h"

namespace fedmsgbot {

// pump.io's API: activities in JSON, each request signed. What is addressed to nobody is for followers alone, so the
// public is named; a note is HTML, so ours is escaped; a wrong signature is a 400. One thread.
class PumpioApi : public MicroblogApi {
public:
    PumpioApi(boost::asio::any_io_executor executor, PumpioSettings settings);

    boost::asio::awaitable<std::optional<TextLimits>> limits(Deadline until) override;
    boost::asio::awaitable<Attempt> post(Submission submission, Deadline until) override;
    boost::asio::awaitable<OwnPosts> own_posts(std::string before, Deadline until) override;

    // Whom the server takes us for; a problem: why it does not.
    boost::asio::awaitable<Result<std::string>> account(Deadline until);

private:
    boost::asio::awaitable<HttpResult> get(std::string path, Deadline until);
    boost::asio::awaitable<HttpResult> send(HttpRequest request, Deadline until);
    std::string user() const;

    PumpioSettings settings_;
    ApiClient client_;
    OAuthKeyring keyring_;
    // The note at the end of the last page, and the activity at its end: a feed is paged by activities.
    std::string last_note_;
    std::string last_activity_;
    std::string failed_reply_;  // the key of a reply that the server failed at
};

// The activity that posts a text.
std::string note_activity(const Submission& submission, bool is_public);

// The account's address in an answer of api/user/NICKNAME; empty where there is none.
std::string parse_account(std::string_view json);

// The program's keys in an answer of api/client/register.
std::optional<OAuthKeys> parse_client(std::string_view json);

// The note that an activity posted; nothing where it posted none.
std::optional<OwnPost> parse_posted_note(std::string_view json);

// A page of an account's feed.
struct PumpioFeedPage {
    std::vector<OwnPost> notes;  // what is no posted note is left out
    std::string last_activity;   // empty: there was nothing on the page
};
std::optional<PumpioFeedPage> parse_feed(std::string_view json);

}  // namespace fedmsgbot
