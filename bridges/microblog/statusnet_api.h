#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "bot/core/result.h"
#include "bridges/microblog/api_client.h"
#include "bridges/microblog/microblog_api.h"
#include "bridges/microblog/oauth1_keyring.h"
#include "bridges/microblog/secret_file.h"
#include "bridges/microblog/statusnet_settings.h"

namespace fedmsgbot {

// The API of StatusNet and GNU social, Twitter's of old; so spoke identi.ca. Its traps: a text may be taken for a
// command and is answered with the account's latest notice; the same text within a minute is refused; entities are
// decoded; long addresses are shortened. One thread.
class StatusnetApi : public MicroblogApi {
public:
    StatusnetApi(boost::asio::any_io_executor executor, StatusnetSettings settings);

    boost::asio::awaitable<std::optional<TextLimits>> limits(Deadline until) override;
    boost::asio::awaitable<Attempt> post(Submission submission, Deadline until) override;
    boost::asio::awaitable<OwnPosts> own_posts(std::string before, Deadline until) override;
    bool shows(std::string_view text, const OwnPost& post) const override;

    // Whom the server takes us for; a problem: why it does not.
    boost::asio::awaitable<Result<std::string>> account(Deadline until);

private:
    HttpRequest update(const Submission& submission);
    Attempt read_posted(const HttpResponse& response, const Submission& submission);
    boost::asio::awaitable<Attempt> look_into(Attempt refusal, std::string text, Deadline until);
    boost::asio::awaitable<HttpResult> get(std::string path, Deadline until);
    void log_in(HttpRequest& request, const OAuthFields& form);

    StatusnetSettings settings_;
    ApiClient client_;
    OAuthKeyring keyring_;
    SecretFile password_;
    std::size_t limit_ = 0;  // what the server counts; 0: not asked yet
    std::string swallowed_;  // the key of a post whose answer showed another notice: a command that we do not know
    std::string newest_;     // the id of the last notice that we know we posted
};

// The limits in an answer of api/statusnet/config or api/gnusocial/config; nothing where it holds none. At most `most`.
std::optional<TextLimits> parse_statusnet_limits(std::string_view json, std::size_t most);

// The account's name in an answer of account/verify_credentials; empty where there is none.
std::string parse_screen_name(std::string_view json);

// A notice, its text made HTML; nothing where it has no id.
std::optional<OwnPost> parse_notice(std::string_view json);
// The notices of a list; nothing where this is none.
std::optional<std::vector<OwnPost>> parse_notices(std::string_view json);

// What the server will make of a text must be what we meant: where it would decode an entity, the ampersand is written
// as one itself. Pure.
std::string encode_entities(std::string_view text);

// Whether two texts say the same, where the server may have put a short address for a long one. Pure.
bool reads_alike_but_for_addresses(std::string_view sent, std::string_view shown);

}  // namespace fedmsgbot
