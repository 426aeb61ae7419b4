#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "bot/commands/check.h"
#include "bot/commands/demo.h"
#include "bot/commands/explain.h"
#include "bot/commands/format.h"
#include "bot/commands/given_time.h"
#include "bot/commands/import_fedmsg_config.h"
#include "bot/commands/login.h"
#include "bot/commands/publish.h"
#include "bot/commands/relay.h"
#include "bot/commands/replay.h"
#include "bot/commands/run.h"
#include "bot/commands/tail.h"
#include "bot/commands/topics.h"
#include "bot/commands/verify.h"
#include "bot/core/log.h"
#include "bot/core/version.h"

namespace {

using namespace fedmsgbot;

using Command = std::function<int()>;

// ZeroMQ reads a port as far as it is a number and ignores the rest.
std::string endpoint_hindrance(const std::string& endpoint) {
    if (endpoint.starts_with("ipc://")) return {};
    const auto port = endpoint.substr(endpoint.rfind(':') + 1);
    const bool is_port = !port.empty() && port.find_first_not_of("0123456789") == std::string::npos;
    return endpoint.starts_with("tcp://") && is_port
               ? ""
               : "an endpoint is tcp://ADDRESS:PORT or ipc://PATH, not " + endpoint;
}

void add_configuration(CLI::App& command, std::string& file) {
    command.add_option("-c,--config", file, "The configuration file (TOML)")->required();
}

void add_time(CLI::App& command, std::string& at, const std::string& purpose) {
    command.add_option("--at", at, purpose + ", as 2026-11-27T22:30")->check(CLI::Validator(time_hindrance, "TIME"));
}

// Each adds one command; the one that was asked for is left in `chosen`.
void add_run(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("run", "The daemon: follow the bus and deliver, until SIGTERM or SIGINT");
    auto file = std::make_shared<std::string>();
    add_configuration(*command, *file);
    auto at = std::make_shared<std::string>();
    add_time(*command, *at, "Begin as if it were this time, UTC: to try what quiet hours and limits do");
    command->footer("Example:\n  fedmsgbot run -c /etc/fedmsgbot/fedmsgbot.toml");
    command->callback([file, at, &chosen] { chosen = [file, at] { return run_command(*file, *at); }; });
}

void add_demo(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("demo", "A firehose, an IRC server and a timeline on this machine, to look at");
    auto options = std::make_shared<DemoOptions>();
    command->add_option("--seconds", options->seconds, "End by itself after so many seconds")
        ->check(CLI::Range(0.1, 31536000.0));
    command->add_option("--bus", options->bus, "zmq, or amqp: over a RabbitMQ that is started for it. Default zmq")
        ->transform(CLI::Transformer(std::map<std::string, DemoBus>{{"zmq", DemoBus::zmq}, {"amqp", DemoBus::amqp}}));
    command->footer("Example:\n  fedmsgbot demo --seconds 30");
    command->callback([options, &chosen] { chosen = [options] { return demo_command(*options); }; });
}

void add_check(CLI::App& app, Command& chosen) {
    auto* command =
        app.add_subcommand("check", "Read the configuration, the rules and their examples; print every mistake");
    auto file = std::make_shared<std::string>();
    auto is_online = std::make_shared<bool>(false);
    add_configuration(*command, *file);
    command->add_flag("--online", *is_online, "Also ask each bridge's other side whether posts would arrive");
    command->footer(
        "Exit status: 0 all is well, 1 another side would not take posts, 2 the configuration has mistakes.\n"
        "Example:\n  fedmsgbot check -c fedmsgbot.toml && systemctl restart fedmsgbot");
    command->callback([file, is_online, &chosen] {
        chosen = [file, is_online] { return *is_online ? check_online_command(*file) : check_command(*file); };
    });
}

void add_login(CLI::App& app, Command& chosen) {
    auto* command =
        app.add_subcommand("login", "Get a bridge's access token, and keep it where the configuration says");
    auto file = std::make_shared<std::string>();
    auto bridge = std::make_shared<std::string>();
    command->add_option("BRIDGE", *bridge, "The bridge's name: blog, of [bridge.blog]")->required();
    add_configuration(*command, *file);
    command->footer(
        "It prints an address to open in a browser, and reads the code that the server shows there. A bot that runs\n"
        "takes the new token by itself.\n"
        "Example:\n  fedmsgbot login blog -c /etc/fedmsgbot/fedmsgbot.toml");
    command->callback([file, bridge, &chosen] { chosen = [file, bridge] { return login_command(*file, *bridge); }; });
}

void add_format(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("format", "Turn recorded messages, one JSON a line, into sentences, one a line");
    auto options = std::make_shared<FormatOptions>();
    command->add_flag("--json", options->as_json, "Print all that a rule says, as JSON");
    command->add_flag("--condense", options->is_condensed,
                      "Say all of the input in few sentences, as a reader would get it");
    command->add_option("--rules", options->rules, "A folder of rule files that come before the shipped ones")
        ->allow_extra_args(false);
    command->add_option("--accounts", options->accounts, "A JSON object: nick or e-mail -> account name");
    command->add_option("--ca", options->trust.ca_file,
                        "Verify each message by this authority (PEM), and show a suspect as that");
    command->add_option("--crl", options->trust.crl_file, "Its list of revoked certificates (PEM)");
    command->add_option("--policy", options->trust.policy_file, "Who may sign what, as for verify");
    command->add_flag("--nitpicky", options->trust.is_nitpicky, "Refuse topics that the policy does not list");
    command->add_flag("--sha256", options->trust.accepts_sha256, "Take signatures over SHA-256 as well as SHA-1");
    command->add_option("FILE", options->file, "The messages; standard input where it is left out");
    command->footer("Example:\n  fedmsgbot format --json recorded.jsonl | jq -r .text");
    command->callback([options, &chosen] { chosen = [options] { return format_command(*options); }; });
}

void add_explain(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("explain", "Say which rule formats a message and which routes take it, and why");
    auto file = std::make_shared<std::string>();
    auto subject = std::make_shared<std::string>();
    add_configuration(*command, *file);
    command->add_option("SUBJECT", *subject, "A topic, a message in JSON, or - for a message on standard input")
        ->required();
    auto at = std::make_shared<std::string>();
    add_time(*command, *at, "What routes do with it at this time, UTC, instead of now");
    command->footer("Example:\n  fedmsgbot explain -c fedmsgbot.toml org.fedoraproject.prod.bodhi.update.comment");
    command->callback([file, subject, at, &chosen] {
        chosen = [file, subject, at] { return explain_command(*file, *subject, *at); };
    });
}

void add_topics(CLI::App& app, Command& chosen) {
    auto* command =
        app.add_subcommand("topics", "List what the rules know: topics, their sentences' shape, an example");
    auto options = std::make_shared<TopicsOptions>();
    command->add_option("-c,--config", options->configuration,
                        "A configuration, whose rules come before the shipped ones");
    auto* json = command->add_flag("--json", options->as_json, "One JSON object a line");
    command->add_flag("--markdown", options->as_markdown, "A page: docs/topics.md is this")->excludes(json);
    command->add_option(
        "PATTERN", options->wanted,
        "A service; or else a topic or a pattern of topics (* is one word, # any number of them); or else "
        "words of a topic or a sentence. All rules where it is left out");
    command->footer(
        "In a shape <name> is what the message says, {a|b} is one of several, [a] may be missing.\n"
        "Examples:\n  fedmsgbot topics bodhi\n  fedmsgbot topics 'buildsys.#'\n"
        "  fedmsgbot topics --json org.fedoraproject.prod.git.receive");
    command->callback([options, &chosen] { chosen = [options] { return topics_command(*options); }; });
}

void add_replay(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("replay", "Publish recorded messages on a ZeroMQ socket");
    auto options = std::make_shared<ReplayOptions>();
    command->add_option("FILE", options->file, "The messages, one JSON a line")->required();
    command->add_option("--bind", options->bind, "Where subscribers connect, as tcp://127.0.0.1:9940")
        ->required()
        ->check(CLI::Validator(endpoint_hindrance, "ENDPOINT"));
    command->add_option("--rate", options->rate, "Messages a second; as fast as possible where it is left out")
        ->check(CLI::Range(0.0, 1e6));
    command->add_flag("--loop", options->is_loop, "Begin again at the end");
    command->footer("Example:\n  fedmsgbot replay recorded.jsonl --bind tcp://127.0.0.1:9940 --rate 5 --loop");
    command->callback([options, &chosen] { chosen = [options] { return replay(*options); }; });
}

void add_broker(CLI::App& command, BrokerOptions& options) {
    command.add_option("--tls-ca", options.tls_ca, "For amqps: the authorities to trust (PEM)");
    command.add_option("--tls-cert", options.tls_cert, "For amqps: our certificate, which logs in (PEM)");
    command.add_option("--tls-key", options.tls_key, "For amqps: its key (PEM)");
    command.add_option("--password-file", options.password_file, "For a broker: a file with the user's password");
}

void add_publish(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("publish", "Publish messages on a fedmsg bus, signed where there is a key");
    auto options = std::make_shared<PublishOptions>();
    command->add_option("-c,--config", options->configuration, "A configuration, whose [publish] counts");
    command->add_option("--message", options->message, "The text to send; each line of standard input where left out");
    command->add_flag("--json-input", options->is_json, "The message, or all of standard input, is one JSON value");
    command->add_option("--topic", options->topic, "The topic's end, default log");
    command->add_option("--modname", options->modname, "What stands before it, default logger");
    command->add_option("--topic-prefix", options->topic_prefix, "The topic's beginning, default org.fedoraproject");
    command->add_option("--environment", options->environment, "The word behind it: dev (the default), stg, prod");
    command->add_option("--username", options->username, "The sender's name; who runs this where it is left out");
    const CLI::Validator is_endpoint(endpoint_hindrance, "ENDPOINT");
    auto* relay = command->add_option("--relay", options->relay, "The relay to connect to, as tcp://127.0.0.1:2003");
    relay->check(is_endpoint);
    command->add_option("--bind", options->bind, "Or where subscribers connect")->check(is_endpoint)->excludes(relay);
    auto* amqp =
        command->add_option("--amqp", options->amqp, "Or a broker of fedora-messaging: amqp(s)://USER@HOST/VHOST");
    amqp->excludes(relay)->excludes("--bind");
    command->add_option("--exchange", options->exchange, "Where on the broker, default amq.topic")->needs(amqp);
    add_broker(*command, options->broker);
    command->add_option("--cert,--cert-file", options->cert_file, "The certificate to sign with (PEM)");
    command->add_option("--key,--key-file", options->key_file, "Its private RSA key (PEM)");
    command->add_option("--wait", options->wait, "How long to wait for a subscriber, as 10s (the default)");
    command->footer(
        "Exit status: 0 everything was sent, 1 something was not, 2 it was asked wrongly.\n"
        "Example:\n  echo done | fedmsgbot publish --relay tcp://127.0.0.1:2003 --modname backup --topic night.end\n"
        "  echo done | fedmsgbot publish --amqp amqp://localhost --modname backup --topic night.end\n"
        "  fedmsgbot publish -c fedmsgbot.toml --json-input --message '{\"name\": \"kernel\"}' --topic build.done");
    command->callback([options, &chosen] { chosen = [options] { return publish_command(*options); }; });
}

// Who may say what: of every command that verifies. Gives the option for the CA.
CLI::Option* add_verifier(CLI::App& command, TrustSettings& options) {
    auto* ca = command.add_option("--ca", options.ca_file, "The certificate of the bus' authority (PEM)");
    command.add_option("--crl", options.crl_file, "Its list of revoked certificates (PEM)")->needs(ca);
    command.add_option("--policy", options.policy_file, "Who may sign what, a JSON object: topic -> list of names")
        ->needs(ca);
    command.add_flag("--nitpicky", options.is_nitpicky, "Refuse topics that the policy does not list")->needs(ca);
    command.add_flag("--sha256", options.accepts_sha256, "Take signatures over SHA-256 as well as SHA-1")->needs(ca);
    return ca;
}

std::string relay_hindrance(const std::string& endpoint) { return endpoint_hindrance(relay_address(endpoint)); }

void add_relay(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("relay", "Pass messages of a fedmsg bus on, byte for byte, all or the genuine");
    auto options = std::make_shared<RelayOptions>();
    auto trust = std::make_shared<TrustSettings>();
    auto verifies = std::make_shared<bool>(false);
    const CLI::Validator is_endpoint(relay_hindrance, "ENDPOINT");
    command->add_option("--in", options->in, "Where publishers connect; connect:ENDPOINT, where one binds. May repeat")
        ->required()
        ->allow_extra_args(false)
        ->check(is_endpoint);
    command->add_option("--out", options->out, "Where subscribers connect")->required()->check(is_endpoint);
    command->add_option("--queue", options->queue, "Messages kept for a slow subscriber, default 10000")
        ->check(CLI::Range(1, 10'000'000));
    auto* verify = command->add_flag("--verify", *verifies, "Pass only messages whose signature is accepted");
    auto* ca = add_verifier(*command, *trust);
    verify->needs(ca);
    ca->needs(verify);
    command->footer(
        "Example:\n  fedmsgbot relay --in tcp://127.0.0.1:2003 --out tcp://*:4001\n"
        "  fedmsgbot relay --in connect:tcp://hub.example.org:9940 --out tcp://*:9940 --verify --ca ca.crt --crl "
        "crl.pem");
    command->callback([options, trust, verifies, &chosen] {
        if (*verifies) options->trust = *trust;
        chosen = [options] { return relay_command(*options); };
    });
}

void add_verify(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("verify", "Say whether signed messages are genuine");
    auto options = std::make_shared<VerifyOptions>();
    add_verifier(*command, options->trust)->required();
    command->add_option("--frame-topic", options->frame_topic, "The topic that the transport gave, to be compared");
    command->add_option("FILE", options->files, "The exact bytes of one body each; standard input where left out");
    command->footer("Example:\n  fedmsgbot verify --ca ca.crt --crl crl.pem --policy policy.json message.json");
    command->callback([options, &chosen] { chosen = [options] { return verify_command(*options); }; });
}

void add_tail_conditions(CLI::App& command, TailOptions& options) {
    command.add_option("--topic", options.topics, "Only topics of this pattern (* is one word, # any number)")
        ->allow_extra_args(false);
    command.add_option("--include", options.include, "Only where this is found (RE2), in sentence or JSON")
        ->allow_extra_args(false);
    command.add_option("--exclude", options.exclude, "Not where this is found (RE2), in sentence or JSON")
        ->allow_extra_args(false);
    command.add_option("--users", options.users, "Only messages about these people (globs, by commas)")
        ->delimiter(',')
        ->allow_extra_args(false);
    command.add_option("--packages", options.packages, "Only messages about these packages (globs, by commas)")
        ->delimiter(',')
        ->allow_extra_args(false);
}

void add_tail(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("tail", "Show messages as they come, in the terminal");
    auto options = std::make_shared<TailOptions>();
    command->add_option("WHAT", options->what,
                        "tcp://HOST:PORT, ipc://PATH, amqp(s)://USER@HOST/VHOST, a file of one JSON a line, or - for "
                        "standard input; with -c, names of its sources, all where left out");
    command->add_option("-c,--config", options->configuration, "A configuration, for its sources and rules");
    command->add_option("--rules", options->rules, "A folder of rule files that come before the shipped ones")
        ->allow_extra_args(false);
    auto* json = command->add_flag("--json", options->as_json, "The messages as JSON, over several lines");
    auto* raw = command->add_flag("--raw", options->is_raw, "The messages as JSON, one a line")->excludes(json);
    command->add_option("--query", options->query, "What is found there in the message, as msg.user,msg.build_id")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->excludes(json)
        ->excludes(raw);
    command->add_option("--color", options->color, "Colours: always, never, or auto: on a terminal only")
        ->check(CLI::IsMember({"always", "never", "auto"}));
    auto* since = command->add_option("--since", options->since, "First what an archive has since so long ago, as 2h");
    command->add_option("--archive", options->archive, "A datagrepper's address; left out, with -c: its sources'")
        ->needs(since);
    add_tail_conditions(*command, *options);
    command->add_flag("--trust", options->shows_trust, "Say of each message whether it is genuine")
        ->needs(add_verifier(*command, options->trust));
    add_broker(*command, options->broker);
    command->footer(
        "It keeps no state, and takes no message away from a bot. Ctrl-C ends it.\n"
        "Examples:\n  fedmsgbot tail tcp://127.0.0.1:9940 --topic 'bodhi.#' --exclude stg\n"
        "  fedmsgbot tail -c fedmsgbot.toml --json | less -R");
    command->callback([options, &chosen] { chosen = [options] { return tail_command(*options); }; });
}

void add_import(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("import-fedmsg-config", "Turn a configuration of fedmsg into one of ours");
    auto options = std::make_shared<ImportFedmsgConfigOptions>();
    command->add_option("FILE", options->file, "What fedmsg-config prints, in JSON; - for standard input")->required();
    command->add_option("--policy-out", options->policy_out, "Where to write its routing policy, in JSON");
    command->footer(
        "The configuration goes to standard output, what could not be carried over to standard error too.\n"
        "Example:\n  fedmsg-config | fedmsgbot import-fedmsg-config - --policy-out policy.json > fedmsgbot.toml");
    command->callback([options, &chosen] { chosen = [options] { return import_fedmsg_config_command(*options); }; });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("fedmsgbot: from the Fedora message bus to IRC, microblogs and a timeline of its own");
    app.set_version_flag("--version", std::string("fedmsgbot ") + version);
    app.require_subcommand(1);
    app.footer("fedmsgbot COMMAND --help explains a command. Start with: fedmsgbot demo");
    Command chosen;
    for (const auto add : {add_run, add_demo, add_check, add_login, add_format, add_explain, add_topics, add_replay,
                           add_tail, add_publish, add_relay, add_verify, add_import})
        add(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        return chosen();
    } catch (const std::exception& error) {
        log::error("bot.failed", {{"why", error.what()}});
        return 1;
    }
}
