#pragma once

#include <libirc_rfcnumeric.h>

// The names of IRC's numeric replies: those of RFC 1459 and 2812 from libircclient's header, the only place where the
// program uses that library; below them the ones that networks added since.
namespace fedmsgbot::numeric {

constexpr int welcome = LIBIRC_RFC_RPL_WELCOME;
constexpr int features = LIBIRC_RFC_RPL_BOUNCE;  // 005: RFC 2812 says "bounce", every server says ISUPPORT
constexpr int channel_modes = LIBIRC_RFC_RPL_CHANNELMODEIS;
constexpr int names = LIBIRC_RFC_RPL_NAMREPLY;

constexpr int motd_end = LIBIRC_RFC_RPL_ENDOFMOTD;
constexpr int no_motd = LIBIRC_RFC_ERR_NOMOTD;

constexpr int erroneous_nick = LIBIRC_RFC_ERR_ERRONEUSNICKNAME;
constexpr int nick_in_use = LIBIRC_RFC_ERR_NICKNAMEINUSE;
constexpr int nick_collision = LIBIRC_RFC_ERR_NICKCOLLISION;
constexpr int unavailable = LIBIRC_RFC_ERR_UNAVAILRESOURCE;  // a nick or a channel, just after a netsplit
constexpr int cannot_send = LIBIRC_RFC_ERR_CANNOTSENDTOCHAN;
constexpr int not_on_channel = LIBIRC_RFC_ERR_NOTONCHANNEL;
constexpr int wrong_password = LIBIRC_RFC_ERR_PASSWDMISMATCH;
constexpr int banned_from_server = LIBIRC_RFC_ERR_YOUREBANNEDCREEP;

constexpr int is_on = LIBIRC_RFC_RPL_ISON;
constexpr int try_again = LIBIRC_RFC_RPL_TRYAGAIN;

constexpr int software = LIBIRC_RFC_RPL_MYINFO;
constexpr int whois_user = LIBIRC_RFC_RPL_WHOISUSER;
constexpr int whois_end = LIBIRC_RFC_RPL_ENDOFWHOIS;
constexpr int no_such_nick = LIBIRC_RFC_ERR_NOSUCHNICK;

constexpr int whois_account = 330;
constexpr int whois_bot = 335;
constexpr int host_changed = 396;
constexpr int no_colors = 408;        // "You cannot use colors on this channel"
constexpr int target_too_fast = 439;  // "Target change too fast"
constexpr int monitor_online = 730;
constexpr int monitor_offline = 731;

// SASL's, from IRCv3.
constexpr int sasl_locked = 902;
constexpr int sasl_done = 903;
constexpr int sasl_failed = 904;
constexpr int sasl_too_long = 905;
constexpr int sasl_aborted = 906;
constexpr int sasl_already = 907;
constexpr int sasl_mechanisms = 908;

}  // namespace fedmsgbot::numeric
