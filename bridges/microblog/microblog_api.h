#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "bot/core/message.h"
#include "bridges/microblog/attempt.h"
#include "bridges/microblog/html_text.h"
#include "bridges/microblog/post_text.h"

namespace fedmsgbot {

// One of the account's own posts, as the server shows it.
struct OwnPost {
    std::string id;
    std::string url;
    std::string html;
    std::optional<SystemTime> created_at;
};

// A page of them, newest first; empty at the end.
struct OwnPosts {
    Attempt::Kind kind = Attempt::Kind::unknown;  // `posted` where the page was read: the rest as for an attempt
    std::string why;
    std::optional<Attempt::Duration> after;
    std::vector<OwnPost> posts;
    std::optional<SystemTime> server_time;
};

// One request to post.
struct Submission {
    Submission(std::string words, std::string same_key) : text(std::move(words)), key(std::move(same_key)) {}

    std::string text;
    std::string key;       // the same for every attempt with this post, and for no other
    std::string warning;   // what readers see before they open it; empty: none. Kinds that know no such thing ignore it
    std::string reply_to;  // the server's id of the post that this one goes on from; empty: it stands alone
};

// What a kind of microblog must be able to do; all that is not the same for every kind is behind this. It makes
// requests and reads answers, and decides nothing. No call waits beyond `until`.
class MicroblogApi {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    virtual ~MicroblogApi() = default;

    // What the server allows; its kind's defaults where it does not say. Nothing when it could not be asked now.
    virtual boost::asio::awaitable<std::optional<TextLimits>> limits(Deadline until) = 0;

    // Makes one request.
    virtual boost::asio::awaitable<Attempt> post(Submission submission, Deadline until) = 0;

    // The page of posts older than `before`; the newest where that is empty.
    virtual boost::asio::awaitable<OwnPosts> own_posts(std::string before, Deadline until) = 0;

    // Whether a post of the account is the text that was sent. For servers that change more than its looks.
    virtual bool shows(std::string_view text, const OwnPost& post) const { return reads_alike(text, post.html); }
};

}  // namespace fedmsgbot
