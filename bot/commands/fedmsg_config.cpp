#include "bot/commands/fedmsg_config.h"

#include <algorithm>
#include <array>
#include <set>

#include "bot/commands/fedmsg_irc.h"
#include "bot/commands/import_notes.h"
#include "bot/commands/toml_text.h"
#include "config/catch_up_settings.h"
#include "config/source_settings.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view another_kind = "a value of another kind, not read";

struct Reason {
    std::string_view key;  // ends in a star: so begins the key
    std::string_view why;
};

constexpr std::string_view for_publishers = "for programs that publish, not for those that listen";
constexpr std::string_view for_hub = "about the workings of fedmsg's own programs";
constexpr std::string_view for_log = "the log goes to standard error, as much of it as log_level says";

constexpr std::array reasons = {
    Reason{"topic_prefix*", "everything is listened to, as fedmsg-irc did; the topics of routes narrow it"},
    Reason{"environment", "everything is listened to, as fedmsg-irc did; the topics of routes narrow it"},
    Reason{"relay_inbound", for_publishers},
    Reason{"active", for_publishers},
    Reason{"name", for_publishers},
    Reason{"sign_messages", for_publishers},
    Reason{"cert*", for_publishers},
    Reason{"ssldir", for_publishers},
    Reason{"publish_priority", for_publishers},
    Reason{"zmq_linger", for_publishers},
    Reason{"post_init_sleep", for_publishers},
    Reason{"persistent_store", for_publishers},
    Reason{"crypto_backend", for_hub},
    Reason{"crypto_validate_backends", "only x509 signatures are accepted: gpg's do not cover the topic"},
    Reason{"crl_cache*", for_hub},
    Reason{"ca_cert_cache*", for_hub},
    Reason{"io_threads", for_hub},
    Reason{"zmq_enabled", for_hub},
    Reason{"zmq_strict", for_hub},
    Reason{"moksha.*", for_hub},
    Reason{"fedmsg.consumers.*", for_hub},
    Reason{"logging", for_log},
    Reason{"config_filename", for_hub},
    Reason{"timeout", for_hub},
    Reason{"print_config", for_hub},
    Reason{"mute", for_hub},
    Reason{"status_directory", "what was heard is in the journal of state_dir"},
    Reason{"skip_last_message", "what was heard is in the journal of state_dir"},
    Reason{"srv_endpoints", "endpoints are not looked up in the DNS: write them into the source"},
    Reason{"replay_endpoints", "ZeroMQ's replay never worked"},
    Reason{"stomp_*", "a broker is a source of kind \"amqp\""},
    Reason{"tweet_*", "a microblog is a bridge of kind \"mastodon\""},
    Reason{"bitly_settings", "links are not shortened"},
    Reason{"datanommer.*", "another program's"},
};

std::string_view reason_for(std::string_view key) {
    for (const auto& [known, why] : reasons)
        if (known.ends_with('*') ? key.starts_with(known.substr(0, known.size() - 1)) : key == known) return why;
    return "nothing here is like it";
}

bool says_nothing(JsonView value) {
    return value.kind() == JsonView::Kind::null || (value.is_text() && value.text().empty()) ||
           ((value.is_array() || value.is_object()) && value.size() == 0);
}

class ConfigImport {
public:
    ConfigImport(JsonView config, const std::string& policy_file) : config_(config), policy_file_(policy_file) {}

    ImportedConfig made() {
        auto source = endpoints() + high_water_mark() + keepalive() + reconnecting() + catch_up();
        source += trust();
        auto irc = import_irc(config_, notes_);
        if (irc.bridges.empty()) {
            notes_.add("irc", "no entry that can be used: everything goes to a timeline on http://127.0.0.1:8080");
            irc.bridges = "\n[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:8080\"\n";
            irc.routes = "\n[[route]]\nname = \"everything\"\ntopics = [\"#\"]\nto = [\"timeline\"]\n";
        }
        note_the_rest();
        ImportedConfig imported;
        imported.notes = notes_.lines();
        imported.policy = policy_;
        imported.toml = "# Made from a configuration of fedmsg. config/fedmsgbot.toml explains every key.\n";
        if (!imported.notes.empty()) imported.toml += "#\n# Not carried over, or with a difference:\n";
        for (const auto& note : imported.notes) imported.toml += "#   " + note + "\n";
        imported.toml += "\nstate_dir = \"/var/lib/fedmsgbot\"\n\n[source.bus]\nkind = \"zmq\"\n" + source +
                         irc.bridges + irc.routes;
        return imported;
    }

private:
    JsonView read(std::string_view key) {
        read_.emplace(key);
        return config_[key];
    }

    // fedmsg's hub asked it for what was missed; so do we.
    std::string catch_up() {
        const std::string archive(read("datagrepper_url").text());
        if (is_archive_address(archive)) return fmt::format("catch_up = {{ archive = {} }}\n", toml_text(archive));
        if (!says_nothing(read("datagrepper_url")))
            notes_.add("datagrepper_url", "no address of an archive: what was missed is not fetched");
        return {};
    }

    std::string endpoints() {
        std::string lines;
        std::set<std::string> seen;
        const auto take = [&](std::string endpoint, const std::string& path) {
            // moksha's star is this machine.
            if (endpoint.starts_with("tcp://*:")) endpoint.replace(6, 1, "127.0.0.1");
            if (!is_zmq_endpoint(endpoint))
                notes_.add(path, "no endpoint: neither tcp://host:port nor ipc:///path");
            else if (seen.insert(endpoint).second)
                lines += fmt::format("    {},\n", toml_text(endpoint));
        };
        read("endpoints").each_member([&](std::string_view name, JsonView list) {
            const auto path = fmt::format("endpoints.{}", name);
            if (name == "relay_inbound") {
                notes_.add(path, for_publishers);
            } else if (list.is_text()) {
                take(std::string(list.text()), path);
            } else {
                if (!list.is_array()) notes_.add(path, another_kind);
                for (std::size_t n = 0; n < list.size() && list.is_array(); ++n)
                    take(std::string(list.at(n).text()), fmt::format("{}[{}]", path, n));
            }
            return true;
        });
        if (seen.empty()) {
            notes_.add("endpoints", "none: tcp://127.0.0.1:9940, where a gateway of this machine is, stands for them");
            lines = "    \"tcp://127.0.0.1:9940\",\n";
        }
        return "endpoints = [\n" + lines + "]\n";
    }

    // A number that is there and within bounds; nothing else is carried over.
    std::string number(std::string_view key, std::int64_t least, std::int64_t most, std::string_view format) {
        const auto value = read(key);
        if (value.is_missing() || value.kind() == JsonView::Kind::null) return {};
        const bool is_number = value.kind() == JsonView::Kind::integer || value.kind() == JsonView::Kind::natural ||
                               value.kind() == JsonView::Kind::real;
        const auto found = value.integer();
        if (is_number && found >= least && found <= most) return fmt::format(fmt::runtime(format), found);
        notes_.add(std::string(key), "no number that makes sense here: the default is used");
        return {};
    }

    std::string high_water_mark() {
        if (const auto value = read("high_water_mark");
            value.kind() == JsonView::Kind::integer && value.integer() == 0) {
            notes_.add("high_water_mark", "0 was no limit; the limit is 100000 messages at each endpoint");
            return {};
        }
        return number("high_water_mark", 1, 1'000'000'000, "high_water_mark = {}\n");
    }

    std::string keepalive() {
        const auto flag = read("zmq_tcp_keepalive");
        std::string out;
        if (flag.kind() == JsonView::Kind::integer && flag.integer() <= 0) out = "keepalive = false\n";
        return out + number("zmq_tcp_keepalive_cnt", 1, 100, "keepalive_count = {}\n") +
               number("zmq_tcp_keepalive_idle", 1, 43200, "keepalive_idle = \"{}s\"\n") +
               number("zmq_tcp_keepalive_intvl", 1, 43200, "keepalive_interval = \"{}s\"\n");
    }

    std::string reconnecting() {
        auto first = config_["zmq_reconnect_ivl"], last = config_["zmq_reconnect_ivl_max"];
        const auto first_wait = first.is_missing() ? 100 : first.integer();
        if (!last.is_missing() && last.integer() < first_wait) {
            for (const auto* key : {"zmq_reconnect_ivl", "zmq_reconnect_ivl_max"}) {
                read(key);
                notes_.add(key, "the longest wait is not shorter than the first: the defaults are used");
            }
            return {};
        }
        const auto wait = number("zmq_reconnect_ivl", 1, 3'600'000, "reconnect = \"{}ms\"\n");
        // Our own longest wait is a second.
        const auto longest = last.is_missing() && first_wait > 1000 && !wait.empty()
                                 ? fmt::format("reconnect_max = \"{}ms\"\n", first_wait)
                                 : number("zmq_reconnect_ivl_max", 1, 3'600'000, "reconnect_max = \"{}ms\"\n");
        return wait + longest;
    }

    // A file, or an address that it is fetched from; `key` is ours without the `_file`.
    std::string location(std::string_view theirs, std::string_view key) {
        const auto value = read(theirs);
        if (value.is_missing() || says_nothing(value)) return {};
        const std::string text(value.text());
        if (text.empty()) {
            notes_.add(std::string(theirs), another_kind);
            return {};
        }
        return fmt::format("{}_{} = {}\n", key, text.starts_with("https://") ? "url" : "file", toml_text(text));
    }

    std::string policy() {
        const auto policy = read("routing_policy");
        if (policy.is_object() && policy.size() > 0) {
            policy_ = policy.dump();
            if (policy_file_.empty()) notes_.add("routing_policy", "to have it in a file, name one: --policy-out FILE");
        } else if (!says_nothing(policy) && !policy.is_missing()) {
            notes_.add("routing_policy", another_kind);
        }
        return policy_.empty() || policy_file_.empty() ? ""
                                                       : fmt::format("policy_file = {}\n", toml_text(policy_file_));
    }

    // fedmsg-irc took everything, and marked what was not genuine where signatures were validated at all.
    std::string trust() {
        const auto is_validated = read("validate_signatures");
        auto who = policy();
        const auto is_nitpicky = read("routing_nitpicky").boolean();
        const auto ca = location("ca_cert_location", "ca"), crl = location("crl_location", "crl");
        if (is_validated.kind() == JsonView::Kind::boolean && !is_validated.boolean()) return {};
        if (ca.empty()) {
            notes_.add("ca_cert_location", "no CA is named, so nobody looks at signatures");
            return {};
        }
        if (is_nitpicky) who += "nitpicky = true\n";
        return "trust = \"mark\"\n" + ca + crl + who;
    }

    void note_the_rest() {
        for (const auto* key : {"irc", "irc_color_lookup", "irc_default_color", "irc_method"}) read(key);
        config_.each_member([&](std::string_view key, JsonView value) {
            if (!read_.contains(key) && !says_nothing(value)) notes_.add(std::string(key), reason_for(key));
            return true;
        });
    }

    JsonView config_;
    const std::string& policy_file_;
    std::string policy_;
    ImportNotes notes_;
    std::set<std::string, std::less<>> read_;
};

}  // namespace

ImportedConfig import_config(JsonView config, const std::string& policy_file) {
    return ConfigImport(config, policy_file).made();
}

}  // namespace fedmsgbot
