#include "bot/commands/fedmsg_irc.h"

#include <cmath>
#include <set>
#include <vector>

#include "bot/commands/fedmsg_filter.h"
#include "bot/commands/toml_text.h"
#include "bridges/irc/irc_settings.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view another_kind = "a value of another kind, not read";

// What several entries of `irc` share, so that one bridge serves them.
struct Network {
    std::string server, nick, name;
    std::int64_t port = 0;
    bool is_tls = false;
    bool has_colors = false;
    double line_rate = 0;
};

std::string text_of(JsonView entry, std::string_view key, std::string_view fallback) {
    const auto value = entry[key];
    return std::string(value.is_text() && !value.text().empty() ? value.text() : fallback);
}

// irc.libera.chat is named `libera`.
std::string name_of(const std::string& server, const std::vector<Network>& others) {
    std::string name = "irc";
    if (const auto end = server.rfind('.'); end != std::string::npos && !is_address(server)) {
        const auto dot = server.rfind('.', end - 1);
        const auto begin = dot == std::string::npos || end == 0 ? 0 : dot + 1;
        name = server.substr(begin, std::min<std::size_t>(end - begin, 50));
        for (auto& c : name)
            if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
    }
    if (name.empty() || name == "journal" || name == "timeline") name = "irc";
    auto unique = name;
    const auto is_taken = [&](const Network& other) { return other.name == unique; };
    for (int n = 2; std::any_of(others.begin(), others.end(), is_taken); ++n) unique = fmt::format("{}-{}", name, n);
    return unique;
}

class IrcImport {
public:
    IrcImport(JsonView config, ImportNotes& notes) : config_(config), notes_(notes) {}

    FedmsgIrc made() {
        const auto entries = config_["irc"];
        if (!entries.is_missing() && !entries.is_array()) notes_.add("irc", another_kind);
        for (std::size_t n = 0; n < entries.size() && entries.is_array(); ++n)
            take(entries.at(n), fmt::format("irc[{}]", n));
        FedmsgIrc irc;
        for (const auto& network : networks_) irc.bridges += bridge(network);
        irc.routes = std::move(routes_);
        return irc;
    }

private:
    void take(JsonView entry, const std::string& path) {
        if (!entry.is_object()) return notes_.add(path, another_kind);
        auto channel = text_of(entry, "channel", "");
        if (channel.empty()) return notes_.add(path, "no channel: the entry never did anything");
        if (channel.front() != '#') channel.insert(0, "#");
        if (!check_irc_channel(channel).empty()) return notes_.add(path + ".channel", check_irc_channel(channel));
        const auto server = text_of(entry, "network", "irc.freenode.net");
        if (server.find_first_of(" \t\r\n/") != std::string::npos)
            return notes_.add(path + ".network", "no host's name: the entry is left out");
        const auto& network = network_of(entry, server, path);
        note_the_rest(entry, path);
        add_route(network.name + "/" + channel, channel, entry["filters"], path + ".filters");
    }

    const Network& network_of(JsonView entry, const std::string& server, const std::string& path) {
        Network network;
        network.server = server;
        network.nick = text_of(entry, "nickname", "fedmsg-bot");
        if (!is_irc_word(network.nick)) {
            notes_.add(path + ".nickname", "no nick: it is \"fedmsg-bot\" here");
            network.nick = "fedmsg-bot";
        }
        network.port = entry["port"].is_missing() ? 6667 : entry["port"].integer();
        if (network.port < 1 || network.port > 65535) {
            notes_.add(path + ".port", "no port: it is 6667 here");
            network.port = 6667;
        }
        network.is_tls = entry["ssl"].boolean();
        if (network.is_tls) notes_.add(path + ".ssl", "the server's certificate and name are checked now");
        network.has_colors = entry["make_pretty"].boolean();
        network.line_rate = entry["line_rate"].is_missing() ? 1 : entry["line_rate"].real();
        if (!(network.line_rate >= 0 && network.line_rate <= 3600)) {
            notes_.add(path + ".line_rate", "no number of seconds up to an hour: it is 1 here");
            network.line_rate = 1;
        }
        for (auto& known : networks_) {
            if (known.server != network.server || known.port != network.port || known.is_tls != network.is_tls ||
                known.nick != network.nick)
                continue;
            if (known.has_colors != network.has_colors)
                notes_.add(path + ".make_pretty", "one connection for all channels of a network, so colours for all");
            if (known.line_rate != network.line_rate)
                notes_.add(path + ".line_rate", "one connection for all channels of a network, so the slowest for all");
            known.has_colors = known.has_colors || network.has_colors;
            known.line_rate = std::max(known.line_rate, network.line_rate);
            return known;
        }
        network.name = name_of(server, networks_);
        networks_.push_back(std::move(network));
        return networks_.back();
    }

    void note_the_rest(JsonView entry, const std::string& path) {
        static const std::set<std::string_view> carried = {"network", "port",        "nickname",  "channel",
                                                           "filters", "make_pretty", "line_rate", "ssl"};
        entry.each_member([&](std::string_view key, JsonView value) {
            const auto where = fmt::format("{}.{}", path, key);
            if (key == "timeout")
                notes_.add(where, "attempts to connect have a fixed time limit of 30 seconds each");
            else if (key == "make_terse" && !value.boolean())
                notes_.add(where, "messages are always said in sentences, never as raw data");
            else if (key == "make_short" && value.kind() != JsonView::Kind::null &&
                     !(value.kind() == JsonView::Kind::boolean && !value.boolean()))
                notes_.add(where, "links are not shortened");
            else if (!carried.contains(key) && key != "make_terse" && key != "make_short")
                notes_.add(where, "fedmsg-irc has no such key");
            return true;
        });
    }

    void add_route(const std::string& target, const std::string& channel, JsonView filters, const std::string& path) {
        wanted_.clear();
        hidden_.clear();
        said_.clear();
        unsaid_.clear();
        each_filter(filters["topic"], path + ".topic", [this](auto&& filter, const std::string& where) {
            if (filter.kind == FedmsgFilter::Kind::hides)
                hidden_.insert(hidden_.end(), filter.expressions.begin(), filter.expressions.end());
            else if (wanted_.empty() || wanted_ == filter.expressions)
                wanted_ = filter.expressions;
            else
                notes_.add(where, "a second whitelist of topics: a route has one, and is not narrowed by this");
        });
        each_filter(filters["body"], path + ".body",
                    [this](auto&& filter, const std::string& where) { take_body(filter, where); });
        filters.each_member([&](std::string_view key, JsonView) {
            if (key != "topic" && key != "body") notes_.add(fmt::format("{}.{}", path, key), "no filter of fedmsg-irc");
            return true;
        });
        auto name = channel;
        for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{} {}", channel, n);
        routes_ += fmt::format("\n[[route]]\nname = {}\ntopics = [\"#\"]\n", toml_text(name));
        if (const auto patterns = word_patterns(wanted_); !patterns.empty())
            routes_ += fmt::format("# If whole words are meant, this says it: topics = {}\n", toml_list(patterns));
        for (const auto& [key, list] : {std::pair("topic_text", &wanted_),
                                        {"not_topic_text", &hidden_},
                                        {"text", &said_},
                                        {"not_text", &unsaid_}})
            if (!list->empty()) routes_ += fmt::format("{} = {}\n", key, toml_list(*list));
        routes_ += fmt::format("to = {}\n", toml_list({target}));
    }

    template <class Take>
    void each_filter(JsonView filters, const std::string& path, Take&& take) {
        if (!filters.is_missing() && !filters.is_array()) notes_.add(path, another_kind);
        for (std::size_t n = 0; n < filters.size() && filters.is_array(); ++n) {
            const auto where = fmt::format("{}[{}]", path, n);
            if (!filters.at(n).is_text()) {
                notes_.add(where, another_kind);
                continue;
            }
            const auto filter = read_fedmsg_filter(filters.at(n).text());
            if (filter.kind == FedmsgFilter::Kind::unknown)
                notes_.add(where, filter.hindrance);
            else
                take(filter, where);
        }
    }

    // It looked at the whole message as Python prints it, certificate included; a route looks at the sentence.
    void take_body(const FedmsgFilter& filter, const std::string& where) {
        if (filter.expressions == std::vector<std::string>{"lub-dub"})
            return notes_.add(where, "it hid heartbeats, which the bus has not sent since 2012");
        const bool is_of_dict = std::any_of(filter.expressions.begin(), filter.expressions.end(), [](const auto& one) {
            return one.find_first_of("'\"{}:") != std::string::npos;
        });
        if (is_of_dict)
            return notes_.add(where, "it looks at how Python prints a message, which no condition of a route can");
        const bool hides = filter.kind == FedmsgFilter::Kind::hides;
        if (!hides && !said_.empty())
            return notes_.add(where, "a second whitelist of texts: a route has one, and is not narrowed by this");
        auto& list = hides ? unsaid_ : said_;
        list.insert(list.end(), filter.expressions.begin(), filter.expressions.end());
        notes_.add(where, "it looked at the whole message, and is carried over to look at the sentence only");
    }

    std::string bridge(const Network& network) {
        auto out = fmt::format(
            "\n[bridge.{}]\nkind = \"irc\"\nserver = {}\nport = {}\ntls = {}\nnick = {}\nmethod = \"{}\"\ncolors = "
            "{}\n",
            network.name, toml_text(network.server), network.port, network.is_tls, toml_text(network.nick), method(),
            network.has_colors);
        if (const auto colors = palette(); !colors.empty()) out += fmt::format("palette = {{ {} }}\n", colors);
        return out + fmt::format("pace = {{ burst = 1, every = \"{}ms\" }}\n", std::lround(network.line_rate * 1000));
    }

    std::string method() {
        const auto value = config_["irc_method"];
        if (value.text() == "msg") return "privmsg";
        if (!value.is_missing() && value.text() != "notice" && !is_method_noted_) {
            notes_.add("irc_method", "neither \"notice\" nor \"msg\": it is \"notice\" here");
            is_method_noted_ = true;
        }
        return "notice";
    }

    // Made once, for all bridges.
    const std::string& palette() {
        if (palette_) return *palette_;
        palette_.emplace();
        std::set<std::string> seen;
        const auto add = [&](std::string_view service, JsonView color, const std::string& path) {
            if (!irc_color(color.text())) return notes_.add(path, "no colour of IRC");
            if (!seen.emplace(service).second) return;
            *palette_ +=
                fmt::format("{}{} = {}", palette_->empty() ? "" : ", ", toml_key(service), toml_text(color.text()));
        };
        const auto fallback = config_["irc_default_color"];
        if (!fallback.is_missing()) add("default", fallback, "irc_default_color");
        config_["irc_color_lookup"].each_member([&](std::string_view service, JsonView color) {
            add(service, color, fmt::format("irc_color_lookup.{}", service));
            return true;
        });
        return *palette_;
    }

    JsonView config_;
    ImportNotes& notes_;
    std::vector<Network> networks_;
    std::string routes_;
    std::set<std::string> names_;
    std::vector<std::string> wanted_, hidden_, said_, unsaid_;  // of the route that is being made
    std::optional<std::string> palette_;
    bool is_method_noted_ = false;
};

}  // namespace

FedmsgIrc import_irc(JsonView config, ImportNotes& notes) { return IrcImport(config, notes).made(); }

}  // namespace fedmsgbot
