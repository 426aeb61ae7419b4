#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "bridges/desk.h"
#include "bridges/microblog/api_client.h"
#include "bridges/microblog/oauth1_login.h"

namespace fedmsgbot {

// The desk of a kind whose accounts log in by OAuth 1.0a: what is the same whoever gives the program its own keys. One
// thread.
class OAuthDesk : public Desk {
public:
    boost::asio::awaitable<Result<LoginRequest>> begin_login(Deadline until) override;
    boost::asio::awaitable<Result<StoredSecrets>> finish_login(std::string code, Deadline until) override;

protected:
    // `keys`: the program's, as far as there are any; `file`: where all four are to be kept, or empty.
    OAuthDesk(boost::asio::any_io_executor executor, std::chrono::milliseconds timeout, std::string root,
              OAuthKeys keys, std::filesystem::path file);

    // Gives the program the keys that it has none of, and the owner a word about it.
    virtual boost::asio::awaitable<Result<OAuthKeys>> introduce(LoginRequest& request, Deadline until) = 0;

    StoredSecret kept(const OAuthKeys& keys) const { return {file_, oauth_keys_text(keys)}; }

    // `name`: the account's, as the server told it when it was asked with the keys.
    static void tell_account(OnlineReport& report, const Result<std::string>& name);

    ApiClient client_;

private:
    OAuthLogin login_;
    OAuthKeys keys_;
    std::filesystem::path file_;
};

}  // namespace fedmsgbot
