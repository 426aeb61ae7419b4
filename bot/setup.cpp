#include "bot/setup.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/uuid.h"
#include "bot/road.h"
#include "bot/source/amqp_source.h"
#include "bot/source/file_source.h"
#include "bot/source/zmq_source.h"
#include "bot/trust/gate.h"
#include "bridges/irc/irc_settings.h"
#include "config/catch_up_settings.h"
#include "config/source_settings.h"

namespace fedmsgbot {

namespace {

// Copies for who only looks: what is taken from the bot's own queue would be lost to the bot.
AmqpSettings with_queue_of_its_own(AmqpSettings settings) {
    settings.queue = random_uuid();  // some brokers, as Fedora's, allow no other names
    settings.passive = settings.durable = settings.single_active_consumer = false;
    settings.exclusive = settings.auto_delete = true;
    settings.text_arguments.clear();
    settings.number_arguments.clear();
    if (settings.bindings.empty()) settings.bindings.push_back({"amq.topic", "#"});
    return settings;
}

// The names that a broker like Fedora's asks for, and that nobody chooses for a queue that several bots know of.
bool is_uuid(std::string_view name) {
    if (name.size() != 36) return false;
    for (std::size_t at = 0; at < name.size(); ++at) {
        const bool is_dash = at == 8 || at == 13 || at == 18 || at == 23;
        if (is_dash ? name[at] != '-' : std::isxdigit(static_cast<unsigned char>(name[at])) == 0) return false;
    }
    return true;
}

// Do others perhaps read the same queue?
bool may_be_shared(const AmqpSettings& settings) {
    return settings.single_active_consumer || (settings.keeps_messages() && !is_uuid(settings.queue));
}

// A new kind of source is a line here. `doubts` gets what is allowed and seldom meant.
SourcePlan plan_source(Settings::NamedTable& entry, Problems& doubts) {
    SourcePlan plan;
    plan.name = entry.name;
    plan.kind = entry.kind;
    if (entry.kind == "amqp") {
        auto settings = read_amqp_settings(entry.table);
        plan.ignored = std::move(settings.ignored);
        plan.trust = read_no_trust_settings(entry.table);
        plan.posts = settings.posts;
        plan.has_outages = true;
        plan.keeps_messages = settings.keeps_messages();
        plan.catch_up = read_catch_up_settings(entry.table);
        if (may_be_shared(settings) && !plan.catch_up.archive.empty())
            doubts.push_back(
                {entry.table.where("catch_up"),
                 fmt::format("bots that share a queue must not catch up, since each would fetch what another has "
                             "taken: good only if no other bot reads the queue \"{}\"",
                             settings.queue)});
        plan.subscribes = [settings](std::string_view topic) { return settings.binds(topic); };
        plan.watch = [settings](auto executor, auto interest, auto* outages) {
            return std::make_unique<AmqpSource>(executor, with_queue_of_its_own(settings), std::move(interest),
                                                outages);
        };
        plan.make = [settings = std::move(settings)](auto executor, auto interest, auto* outages) {
            // What routes want was asked by the bot that made the posts.
            return std::make_unique<AmqpSource>(executor, settings,
                                                settings.posts.empty() ? std::move(interest) : nullptr, outages);
        };
    } else if (entry.kind == "zmq") {
        plan.trust = read_trust_settings(entry.table);
        auto settings = read_zmq_settings(entry.table);
        plan.has_outages = true;
        plan.catch_up = read_catch_up_settings(entry.table);
        plan.archive_shape = ArchiveShape::fedmsg;
        plan.subscribes = [topics = settings.topics](std::string_view topic) { return subscribes(topics, topic); };
        plan.make = [settings = std::move(settings)](auto executor, auto interest, auto* outages) {
            return std::make_unique<ZmqSource>(executor, settings, std::move(interest), outages);
        };
    } else if (entry.kind == "file") {
        plan.trust = read_trust_settings(entry.table);
        plan.make = [path = read_file_settings(entry.table)](auto, auto interest, auto*) {
            auto reader = LineReader::open(path);
            if (!reader) throw std::runtime_error(describe(reader.problems().front()));
            return std::make_unique<FileSource>(std::move(reader).value(), std::move(interest));
        };
    } else {
        entry.table.ignore_all();
        entry.table.fail("kind",
                         fmt::format("no such kind of source: \"{}\" (there are: amqp, zmq, file)", entry.kind));
    }
    if (!plan.watch) plan.watch = plan.make;
    return plan;
}

std::string_view trimmed_url(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return url;
}

// A route's demand has to be one that its sources can meet; and what they need has to be there.
// An archive vouches for what is late, as far as nobody can change it on its way.
bool can_vouch(const std::string& archive) {
    if (archive.starts_with("https://")) return true;
    constexpr std::array here = {std::string_view("http://127.0.0.1"), std::string_view("http://localhost"),
                                 std::string_view("http://[::1]")};
    return std::any_of(here.begin(), here.end(), [&](std::string_view host) {
        return archive.starts_with(host) &&
               (archive.size() == host.size() || archive[host.size()] == ':' || archive[host.size()] == '/');
    });
}

void check_trust(const SourcePlan& plan, const std::vector<RouteSettings>& routes, Table& source) {
    const auto& trust = plan.trust;
    if (!trust.can_verify() && plan.kind != "amqp") {
        for (const auto& route : routes)
            if (route.trust.value_or(Demand::ignore) != Demand::ignore)
                source.fail(source.where(), fmt::format("the route \"{}\" looks at signatures: this source needs a "
                                                        "\"ca_file\" or \"ca_url\"",
                                                        route.name));
        return;
    }
    if (trust.can_verify() && !plan.catch_up.archive.empty() && !can_vouch(plan.catch_up.archive))
        source.fail("catch_up",
                    "signatures are asked for, and the archive vouches for what it gives: it must be https://");
    // What comes from the web is not there before the first start.
    if (!trust.ca_file) return;
    if (const auto verifier = make_verifier(trust); !verifier)
        for (const auto& problem : verifier.problems()) source.miss(source.where("ca_file"), describe(problem));
}

std::string known_bridge_kinds() {
    std::string names;
    for (const auto& kind : bridge_kinds()) names += fmt::format("{}{}", names.empty() ? "" : ", ", kind.name);
    return names;
}

// A target, and where the configuration names it.
struct NamedTarget {
    std::string name;
    Position where;
};

std::vector<NamedTarget> named_targets(Settings& settings, const std::vector<SourcePlan>& sources) {
    std::vector<NamedTarget> targets;
    for (const auto& route : settings.routes)
        for (std::size_t i = 0; i < route.to.size(); ++i) targets.push_back({route.to[i], route.to_positions[i]});
    for (std::size_t n = 0; n < sources.size(); ++n)
        for (std::size_t i = 0; i < sources[n].posts.size(); ++i)
            targets.push_back({sources[n].posts[i], settings.sources[n].table.where_element("posts", i)});
    return targets;
}

// Of the targets that routes name, the settings know it already.
void check_posts(Settings& settings, const std::vector<SourcePlan>& sources, Table& root) {
    for (std::size_t n = 0; n < sources.size(); ++n)
        for (std::size_t i = 0; i < sources[n].posts.size(); ++i)
            if (const auto bridge = target_bridge(sources[n].posts[i]);
                std::none_of(settings.bridges.begin(), settings.bridges.end(),
                             [&bridge](const auto& entry) { return entry.name == bridge; }))
                root.fail(settings.sources[n].table.where_element("posts", i),
                          fmt::format("there is no bridge \"{}\"", bridge));
}

void add_targets(BridgePlan& plan, const BridgeKind& kind, const std::vector<NamedTarget>& targets, Table& root) {
    for (const auto& [target, where] : targets) {
        if (target_bridge(target) != plan.name) continue;
        const auto address = target_address(target);
        const auto hindrance =
            kind.addressing == Addressing::none
                ? (address.empty() ? "" : fmt::format("a bridge of kind {} has no addresses", kind.name))
                : kind.check_address(address);
        if (!hindrance.empty()) root.fail(where, fmt::format("target \"{}\": {}", target, hindrance));
        if (std::find(plan.targets.begin(), plan.targets.end(), target) != plan.targets.end()) continue;
        plan.targets.push_back(target);
        plan.addresses.push_back(address);
    }
}

BridgePlan plan_bridge(Settings::NamedTable& entry, const std::vector<NamedTarget>& targets, Table& root) {
    BridgePlan plan{entry.name, entry.kind, {}, LineParts::all, 0, {}, {}, {}, {}, {}};
    const auto* kind = find_bridge_kind(entry.kind);
    if (!kind) {
        entry.table.fail(
            "kind", fmt::format("no such kind of bridge: \"{}\" (there are: {})", entry.kind, known_bridge_kinds()));
        return plan;
    }
    const auto keys = read_outbox_keys(entry.table, kind->burst, kind->every, kind->backlog);
    // On one's own server the limit is the socket.
    const bool is_exempt = entry.kind == "irc" && entry.table.flag("flood_exempt", false);
    plan.burst = is_exempt ? 100000 : keys.burst;
    plan.every = is_exempt ? Pacer::Duration{0} : keys.every;
    plan.outbox.max_age = keys.max_age;
    plan.outbox.max_posts = keys.max_posts;
    plan.outbox.tells_expired = keys.tell_expired;
    plan.budget = keys.budget;
    if (keys.backlog.count() > 0 && plan.every.count() > 0)
        plan.outbox.most_waiting = static_cast<std::size_t>(plan.burst + keys.backlog / plan.every);
    plan.shows = kind->shows(entry.table);
    plan.make = kind->read(entry.table);
    add_targets(plan, *kind, targets, root);
    return plan;
}

// A network throws out who comes too often, and two bridges know nothing of each other's pace: one may serve any number
// of channels.
void find_doubts(Settings& settings, Problems& doubts) {
    std::map<std::string, std::string, std::less<>> known;  // host to bridge
    for (auto& entry : settings.bridges) {
        if (entry.kind != "irc") continue;
        const auto port = static_cast<std::uint16_t>(entry.table.number("port", 0, 0, 65535));
        auto texts = entry.table.texts("servers");
        if (texts.empty()) texts.push_back(entry.table.text("server", ""));
        std::set<std::string> networks;
        for (const auto& text : texts)
            // Of an address the port too: it may be a machine's with several servers.
            if (const auto server = parse_irc_server(text, port))
                networks.insert(is_address(server->host) ? fmt::format("{} port {}", server->host, server->port)
                                                         : in_lower_case(server->host));
        for (const auto& network : networks) {
            const auto [place, is_new] = known.emplace(network, entry.name);
            if (!is_new && place->second != entry.name)
                doubts.push_back(
                    {entry.table.where(),
                     fmt::format("bridge \"{}\" connects to {} too: one bridge may serve many channels, and "
                                 "two share no pace",
                                 place->second, network)});
        }
    }
}

Result<Setup> read(Result<Table> file, Rulebook::Examples examples) {
    if (!file) return file.problems();
    auto root = std::move(file).value();
    auto settings = read_settings(root);
    Problems doubts;
    std::vector<SourcePlan> sources;
    for (auto& entry : settings.sources) {
        sources.push_back(plan_source(entry, doubts));
        check_trust(sources.back(), settings.routes, entry.table);
    }
    check_posts(settings, sources, root);
    const auto targets = named_targets(settings, sources);
    std::vector<BridgePlan> bridges;
    std::string timeline_url;
    for (auto& entry : settings.bridges)
        if (entry.kind == "timeline") timeline_url = std::string(trimmed_url(entry.table.text("public_url", "")));
    for (auto& entry : settings.bridges) bridges.push_back(plan_bridge(entry, targets, root));
    auto problems = root.problems();
    if (problems.empty()) find_doubts(settings, doubts);
    auto rulebook = Rulebook::load(settings.rules, {}, examples);
    if (!rulebook) problems.insert(problems.end(), rulebook.problems().begin(), rulebook.problems().end());
    auto router = Router::make(settings.routes);
    if (!router && problems.empty()) problems = router.problems();
    if (!problems.empty()) return problems;
    return Setup{std::move(settings),         std::move(sources), std::move(bridges), std::move(router).value(),
                 std::move(rulebook).value(), root.missing(),     std::move(doubts),  std::move(timeline_url)};
}

}  // namespace

LineParts Setup::parts() const {
    const bool all_needed = std::any_of(bridges.begin(), bridges.end(),
                                        [](const BridgePlan& plan) { return plan.shows == LineParts::all; });
    return all_needed ? LineParts::all : router.reads();
}

Result<Setup> read_setup(const std::filesystem::path& file, Rulebook::Examples examples) {
    return read(Table::from_file(file), examples);
}

Result<Setup> read_setup(std::string_view text, std::string name) {
    return read(Table::from_text(text, std::move(name)), Rulebook::Examples::skipped);
}

Result<SourcePlan> read_source(std::string_view text, std::string name) {
    auto table = Table::from_text(text, name);
    if (!table) return table.problems();
    auto kind = table->text("kind");
    Settings::NamedTable entry{std::move(name), std::move(kind), *table};
    Problems doubts;  // for who only looks, there is nothing to doubt
    auto plan = plan_source(entry, doubts);
    auto problems = table->problems();
    problems.insert(problems.end(), table->missing().begin(), table->missing().end());
    if (!problems.empty()) return problems;
    return plan;
}

}  // namespace fedmsgbot
