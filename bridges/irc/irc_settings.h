#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/core/line.h"
#include "bridges/irc/line_format.h"
#include "config/reader.h"

namespace fedmsgbot {

// How patient the engine is. Operators choose some of it; tests have no time to lose.
struct IrcTimings {
    using Duration = std::chrono::milliseconds;

    Duration connect{30'000};        // each address, and the TLS handshake
    Duration registration{60'000};   // networks look up the host and ident first
    Duration sasl{20'000};           // a login; services are away at times
    Duration silence_limit{55'000};  // a link that was silent so long is dead; after half of it we ask
    Duration join_every{2'000};
    Duration join_answer{30'000};
    Duration wait_for_channel{30'000};  // deliver() waits no longer
    Duration confirmation{300'000};     // for the answer to a PING behind our lines
    Duration barred_least{60'000};      // between attempts to enter a channel that refuses us
    Duration barred_most{600'000};
    Duration rejoin_least{5'000};  // after a kick
    Duration rejoin_most{600'000};
    Duration regain_nick{120'000};
    Duration regain_services{5'000};
    Duration reconnect_least{2'000};
    Duration reconnect_most{300'000};
    Duration reconnect_refused{300'000};  // where a person has to mend something first
    Duration lived_a_while{60'000};       // only then is the next reconnection quick again
    Duration good_bye{1'000};
};

// How to log in to the network's accounts while connecting.
enum class SaslMethod { none, plain, external, scram_sha_256 };

// How the wanted nick is got back from who has it.
enum class RegainBy { waiting, ghost, regain };

// A server of a network.
struct IrcServer {
    std::string host;  // a name or a numeric address
    std::uint16_t port = 6697;
};

// `host`, `host:port`, `[::1]:port` or an address without port; nothing for what is none of these.
std::optional<IrcServer> parse_irc_server(std::string_view text, std::uint16_t port);

// How lines look in a channel.
struct ChannelLook {
    LineStyle style;
    bool breaks_nicks = false;  // names of people who are there are written so that they call nobody
    bool hears_questions = true;
};

// Whether and whom the bot answers.
struct TalkSettings {
    bool is_on = false;
    std::string prefix = "!fedmsg";
    std::vector<std::string> operators;  // accounts of the network's services
    int per_minute = 6;                  // questions of one asker
};

// What [bridge.NAME] with `kind = "irc"` says.
struct IrcSettings {
    std::string server;
    std::uint16_t port = 6697;
    std::vector<IrcServer> alternate_servers;  // tried in turn after `server`
    std::string bind;                          // the own address to connect from; empty: the system chooses
    bool tls = true;
    bool tls_verify = true;
    std::filesystem::path ca_file;    // empty: the system's
    std::filesystem::path cert_file;  // the client's certificate; empty: none
    std::filesystem::path key_file;   // its key; empty: in cert_file too
    SaslMethod sasl = SaslMethod::none;
    bool sasl_required = true;  // without it we do not go in
    std::string account;
    std::string account_password;
    std::string nickserv;  // the service told to IDENTIFY us where SASL did not; empty: none
    std::string nick;
    std::vector<std::string> alternates;  // tried in turn when the nick is taken; then `_` is appended
    RegainBy regain = RegainBy::waiting;
    std::string username;
    std::string realname;
    std::string password;  // the server's; empty: none
    std::vector<std::pair<std::string, std::string>> channel_keys;
    std::string command = "NOTICE";
    LineStyle style;
    bool breaks_nicks = false;
    std::map<std::string, ChannelLook> channel_looks;  // where a channel has its own
    TalkSettings talk;
    IrcTimings timings;

    ChannelLook look(const std::string& channel) const;
};

// Reads the table's keys; mistakes go to its problems. `kind`, `pace` and `flood_exempt` belong to the wiring too.
IrcSettings read_irc_settings(Table& table);

// What these settings need of a line: the full form shows more than the sentence.
LineParts irc_shows(Table& table);

// What is wrong with a channel's name, or empty.
std::string check_irc_channel(std::string_view name);

// Is it a numeric address, IPv4 or IPv6?
bool is_address(const std::string& host);

// Bytes that a nick, a user name or a channel cannot hold on any network.
bool is_irc_word(std::string_view text);

}  // namespace fedmsgbot
