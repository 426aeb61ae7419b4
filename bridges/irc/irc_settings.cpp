#include "bridges/irc/irc_settings.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_word = 64;

void read_nicks(Table& table, IrcSettings& settings) {
    settings.nick = table.text("nick");
    if (!settings.nick.empty() && !is_irc_word(settings.nick))
        table.fail("nick", fmt::format("\"{}\" cannot be a nick", clean_line(settings.nick, 100)));
    settings.alternates = table.texts("alternates");
    for (std::size_t i = 0; i < settings.alternates.size(); ++i)
        if (!is_irc_word(settings.alternates[i]))
            table.fail(table.where_element("alternates", i),
                       fmt::format("\"{}\" cannot be a nick", clean_line(settings.alternates[i], 100)));
    settings.username = table.text("username", "fedmsgbot");
    if (!is_irc_word(settings.username))
        table.fail("username", fmt::format("\"{}\" cannot be a user name", clean_line(settings.username, 100)));
    settings.realname = clean_line(table.text("realname", "fedmsgbot"), 100);
}

void read_palette(Table& table, LineStyle& style) {
    style.palette = LineStyle::default_palette();
    if (table.flag("readable", true))
        for (auto& [service, color] : style.palette) color = readable_color(color);
    auto palette = table.table("palette");
    if (!palette) return;
    for (const auto& [service, name] : palette->entries()) {
        if (const auto color = irc_color(name)) {
            style.palette[service] = *color;
            continue;
        }
        const auto near = nearest(name, irc_color_names());
        palette->fail(service, near.empty() ? fmt::format("\"{}\" is no colour of IRC: {}", clean_line(name, 100),
                                                          fmt::join(irc_color_names(), ", "))
                                            : fmt::format("\"{}\" is no colour of IRC; did you mean \"{}\"?",
                                                          clean_line(name, 100), near));
    }
}

// What a channel may have otherwise than its bridge.
void read_look(Table& table, ChannelLook& look) {
    auto& style = look.style;
    if (table.has("form")) {
        const auto form = table.choice("form", {"terse", "plain", "full"});
        style.form = form == "plain" ? LineForm::plain : form == "full" ? LineForm::full : LineForm::terse;
    }
    style.colors = table.flag("colors", style.colors);
    style.max_lines = static_cast<int>(table.number("max_lines", style.max_lines, 1, 10));
    look.breaks_nicks = table.flag("break_nicks", look.breaks_nicks);
}

void read_looks(Table& table, IrcSettings& settings) {
    read_palette(table, settings.style);
    // Clients do not call people for a notice.
    ChannelLook general{settings.style, settings.command == "PRIVMSG", true};
    read_look(table, general);
    settings.style = general.style;
    settings.breaks_nicks = general.breaks_nicks;
    for (auto& [channel, own] : table.children("channel")) {
        const auto mistake = check_irc_channel(channel);
        if (!mistake.empty()) own.fail(own.where(), mistake);
        auto look = general;
        read_look(own, look);
        look.hears_questions = own.flag("talk", true);
        settings.channel_looks.emplace(channel, std::move(look));
    }
}

void read_talk(Table& table, TalkSettings& talk) {
    auto keys = table.table("talk");
    if (!keys) return;
    talk.is_on = true;
    talk.prefix = keys->text("prefix", talk.prefix);
    const bool is_word = !talk.prefix.empty() && talk.prefix.size() <= max_word && is_valid_utf8(talk.prefix) &&
                         std::none_of(talk.prefix.begin(), talk.prefix.end(),
                                      [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
    // Clients keep what begins with a slash to themselves.
    if (!is_word || talk.prefix.front() == '/')
        keys->fail("prefix", fmt::format("\"{}\" cannot be the beginning of a question", clean_line(talk.prefix, 100)));
    talk.operators = keys->texts("operators");
    for (std::size_t i = 0; i < talk.operators.size(); ++i)
        if (!is_irc_word(talk.operators[i]))
            keys->fail(keys->where_element("operators", i),
                       fmt::format("\"{}\" cannot be an account", clean_line(talk.operators[i], 100)));
    talk.per_minute = static_cast<int>(keys->number("per_minute", talk.per_minute, 1, 60));
}

// A file of this machine's own, as a secret's is: another machine may check the configuration.
std::filesystem::path read_own_file(Table& table, std::string_view key) {
    std::filesystem::path path = table.text(key, "");
    std::error_code ignored;
    if (!path.empty() && !std::filesystem::is_regular_file(path, ignored))
        table.miss(table.where(key), fmt::format("there is no file {}", path.string()));
    return path;
}

std::string read_password(Table& table, const std::string& key) {
    auto password = table.secret(key);
    if (password.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        table.fail(key + "_file", "a password of IRC is one line");
    return password;
}

void read_account(Table& table, IrcSettings& settings) {
    settings.cert_file = read_own_file(table, "cert_file");
    settings.key_file = read_own_file(table, "key_file");
    if (!settings.key_file.empty() && settings.cert_file.empty())
        table.fail("key_file", "a key is of use with its certificate only: cert_file");
    const auto method = table.choice("sasl", {"none", "plain", "external", "scram-sha-256"});
    settings.sasl = method == "plain"           ? SaslMethod::plain
                    : method == "external"      ? SaslMethod::external
                    : method == "scram-sha-256" ? SaslMethod::scram_sha_256
                                                : SaslMethod::none;
    settings.sasl_required = table.flag("sasl_required", true);
    settings.account = table.text("account", "");
    if (!settings.account.empty() && !is_irc_word(settings.account))
        table.fail("account", fmt::format("\"{}\" cannot be an account", clean_line(settings.account, 100)));
    settings.account_password = read_password(table, "account_password");
    settings.nickserv = table.text("nickserv", "");
    if (!settings.nickserv.empty() && !is_irc_word(settings.nickserv))
        table.fail("nickserv", fmt::format("\"{}\" cannot be a nick", clean_line(settings.nickserv, 100)));
    if (settings.sasl == SaslMethod::external && (settings.cert_file.empty() || !settings.tls))
        table.fail("sasl", "\"external\" shows the certificate of cert_file, over TLS");
    const bool wants_password = settings.sasl == SaslMethod::plain || settings.sasl == SaslMethod::scram_sha_256;
    if (wants_password && settings.account.empty()) table.fail("sasl", fmt::format("\"{}\" needs account", method));
    // Where a secret's file is only absent from this machine, that is told already.
    const bool has_password = table.has("account_password_file") || table.has("account_password_env");
    if (wants_password && !has_password) table.fail("sasl", fmt::format("\"{}\" needs account_password_file", method));
    const auto regain = table.choice("regain", {"wait", "ghost", "regain"});
    settings.regain = regain == "ghost" ? RegainBy::ghost : regain == "regain" ? RegainBy::regain : RegainBy::waiting;
    if (settings.regain != RegainBy::waiting && settings.nickserv.empty())
        table.fail("regain", fmt::format("\"{}\" needs nickserv", regain));
    if (!settings.nickserv.empty() && !has_password) table.fail("nickserv", "needs account_password_file");
}

// `server`, or `servers` to be tried in turn.
void read_servers(Table& table, IrcSettings& settings) {
    settings.tls = table.flag("tls", true);
    settings.port = static_cast<std::uint16_t>(table.number("port", settings.tls ? 6697 : 6667, 1, 65535));
    const auto texts = table.texts("servers");
    if (texts.empty()) {
        settings.server = table.text("server");
        if (settings.server.find_first_of(" \t\r\n/") != std::string::npos)
            table.fail("server", "a host's name or address, without scheme or port");
        return;
    }
    if (!table.text("server", "").empty()) table.fail("servers", "server and servers exclude each other");
    std::vector<IrcServer> servers;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (const auto server = parse_irc_server(texts[i], settings.port))
            servers.push_back(*server);
        else
            table.fail(table.where_element("servers", i),
                       fmt::format("\"{}\" is no host or host:port", clean_line(texts[i], 100)));
    }
    if (servers.empty()) return;
    settings.server = servers.front().host;
    settings.port = servers.front().port;
    settings.alternate_servers.assign(servers.begin() + 1, servers.end());
}

// Keys are secrets, so they stand in a file: a line each, channel and key.
void read_channel_keys(Table& table, IrcSettings& settings) {
    std::istringstream lines(table.secret("channel_keys"));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string channel, key, more;
        words >> channel >> key >> more;
        if (channel.empty()) continue;
        const bool is_good = check_irc_channel(channel).empty() && is_irc_word(key) && more.empty();
        if (is_good)
            settings.channel_keys.emplace_back(channel, key);
        else
            table.fail("channel_keys_file", "each of its lines is a channel and a key");
    }
}

void read_access(Table& table, IrcSettings& settings) {
    read_servers(table, settings);
    settings.bind = table.text("bind", "");
    if (!settings.bind.empty() && !is_address(settings.bind))
        table.fail("bind", fmt::format("\"{}\" is no numeric address", clean_line(settings.bind, 100)));
    settings.tls_verify = table.flag("tls_verify", true);
    settings.ca_file = table.text("ca_file", "");
    std::error_code ignored;
    if (!settings.ca_file.empty() && !std::filesystem::is_regular_file(settings.ca_file, ignored))
        table.fail("ca_file", fmt::format("there is no file {}", settings.ca_file.string()));
    settings.password = read_password(table, "password");
    read_account(table, settings);
    read_channel_keys(table, settings);
}

// The first wait of each kind and the longest.
void read_retries(Table& table, IrcTimings& timings) {
    const auto read = [&](std::string_view key, IrcTimings::Duration& least, IrcTimings::Duration& most) {
        least = table.duration(key, least);
        const auto longest = fmt::format("{}_max", key);
        most = table.duration(longest, std::max(least, most));
        if (least < std::chrono::milliseconds(100) || most < least)
            table.fail(table.has(key) ? key : longest, fmt::format("at least 100ms, and no more than {}", longest));
    };
    read("reconnect", timings.reconnect_least, timings.reconnect_most);
    timings.reconnect_refused = timings.reconnect_most;
    read("rejoin", timings.rejoin_least, timings.rejoin_most);
    read("retry_barred", timings.barred_least, timings.barred_most);
}

}  // namespace

std::optional<IrcServer> parse_irc_server(std::string_view text, std::uint16_t port) {
    if (text.empty() || text.size() > 255 || text.find_first_of(" \t\r\n/") != std::string_view::npos)
        return std::nullopt;
    std::string_view host = text, number;
    if (text.front() == '[') {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        host = text.substr(1, close - 1);
        number = text.substr(close + 1);
        if (!is_address(std::string(host))) return std::nullopt;
        if (!number.empty() && number.front() != ':') return std::nullopt;
    } else if (const auto colon = text.find(':'); colon == text.rfind(':') && colon != std::string_view::npos) {
        host = text.substr(0, colon);
        number = text.substr(colon);
    } else if (colon != std::string_view::npos && !is_address(std::string(text))) {
        return std::nullopt;
    }
    if (host.empty() || number == ":") return std::nullopt;
    if (!number.empty()) {
        const auto digits = number.substr(1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) return std::nullopt;
    }
    return IrcServer{std::string(host), port};
}

bool is_address(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

bool is_irc_word(std::string_view text) {
    return !text.empty() && text.size() <= max_word && text.front() != ':' && is_valid_utf8(text) &&
           std::none_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte <= 0x20 || byte == 0x7f || c == ',' || c == '!' || c == '@' || c == '*' || c == '?';
           });
}

std::string check_irc_channel(std::string_view name) {
    if (name.empty() || std::string_view("#&+!").find(name.front()) == std::string_view::npos)
        return "a channel of IRC begins with #";
    if (name.size() < 2 || name.size() > max_word) return "a channel of IRC has 2 to 64 bytes";
    const bool has_bad_byte = std::any_of(name.begin(), name.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7f || c == ',';
    });
    if (has_bad_byte || !is_valid_utf8(name)) return "a channel of IRC holds no blank, comma or control character";
    return {};
}

LineParts irc_shows(Table& table) {
    // Mistakes are told by read_irc_settings(), once.
    bool has_full = table.has("form") && table.text("form", "") == "full";
    for (auto& [channel, own] : table.children("channel"))
        has_full = has_full || (own.has("form") && own.text("form", "") == "full");
    return has_full ? LineParts::all : LineParts::sentence;
}

ChannelLook IrcSettings::look(const std::string& channel) const {
    const auto own = channel_looks.find(channel);
    return own == channel_looks.end() ? ChannelLook{style, breaks_nicks, true} : own->second;
}

IrcSettings read_irc_settings(Table& table) {
    IrcSettings settings;
    read_access(table, settings);
    read_nicks(table, settings);
    settings.command = table.choice("method", {"notice", "privmsg"}) == "privmsg" ? "PRIVMSG" : "NOTICE";
    read_looks(table, settings);
    read_talk(table, settings.talk);
    const bool is_exempt = table.flag("flood_exempt", false);
    settings.timings.join_every =
        table.duration("join_every", is_exempt ? IrcTimings::Duration{0} : settings.timings.join_every);
    settings.timings.silence_limit = table.duration("silence_limit", settings.timings.silence_limit);
    if (settings.timings.silence_limit < std::chrono::seconds(10))
        table.fail("silence_limit", "at least 10s: networks are slow at times");
    read_retries(table, settings.timings);
    return settings;
}

}  // namespace fedmsgbot
