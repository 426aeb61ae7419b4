#include "bot/commands/demo.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "bot/amqp/amqp_publisher.h"
#include "bot/amqp/fedora_publication.h"
#include "bot/bot.h"
#include "bot/commands/await_server.h"
#include "bot/commands/child.h"
#include "bot/commands/demo_broker.h"
#include "bot/core/log.h"
#include "bot/source/zmq_publisher.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds human_pace{700};
constexpr std::string_view channel = "#fedora-fedmsg";

class TempFolder {
public:
    TempFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "fedmsgbot-demo-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder can be made at " + pattern);
        path_ = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

bool is_free(asio::io_context& loop, std::uint16_t port) {
    boost::system::error_code error;
    asio::ip::tcp::acceptor acceptor(loop);
    const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor.open(endpoint.protocol(), error);
    acceptor.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    return !error;
}

std::uint16_t next_free_port(asio::io_context& loop, std::uint16_t wanted) {
    for (int port = wanted; port < wanted + 100; ++port) {
        if (!is_free(loop, static_cast<std::uint16_t>(port))) continue;
        if (port != wanted) fmt::print("port {} is taken: {} is used instead\n", wanted, port);
        return static_cast<std::uint16_t>(port);
    }
    throw std::runtime_error(fmt::format("no free port from {} on", wanted));
}

struct Ports {
    std::uint16_t bus, irc, page;
};

Ports choose_ports(DemoBus bus) {
    asio::io_context loop;
    const std::uint16_t usual = bus == DemoBus::amqp ? 5672 : 9940;
    return {next_free_port(loop, usual), next_free_port(loop, 6667), next_free_port(loop, 8080)};
}

// For what nobody looks at.
std::uint16_t any_free_port(asio::io_context& loop) {
    const asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint().port();
}

DemoBroker::Ports broker_ports(std::uint16_t amqp) {
    asio::io_context loop;
    return {amqp, any_free_port(loop), any_free_port(loop)};
}

std::string bus_address(DemoBus bus, std::uint16_t port) {
    return fmt::format("{}://127.0.0.1:{}", bus == DemoBus::amqp ? "amqp" : "tcp", port);
}

std::string source_configuration(DemoBus bus, std::uint16_t port) {
    if (bus == DemoBus::zmq) return fmt::format("kind = \"zmq\"\nendpoints = [\"{}\"]\n", bus_address(bus, port));
    return fmt::format("kind = \"amqp\"\nurl = \"{}\"\nqueue = \"demo\"\n", bus_address(bus, port));
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream out(path);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string irc_server_configuration(const std::filesystem::path& folder, std::uint16_t port) {
    return fmt::format(R"([Global]
    Name = irc.demo.example
    Info = fedmsgbot demo
    AdminInfo1 = fedmsgbot demo
    AdminEMail = nobody@demo.example
    Listen = 127.0.0.1
    Ports = {}
    MotdPhrase = "The Fedora firehose is in {}"
[Limits]
    MaxConnectionsIP = 0
    MaxNickLength = 20
    MaxPenaltyTime = 0
[Options]
    DNS = no
    Ident = no
    PAM = no
    IncludeDir = {}
)",
                       port, channel, (folder / "none").string());
}

std::string bot_configuration(const std::filesystem::path& folder, DemoBus bus, const Ports& ports) {
    // A text of JSON is one of TOML too, whatever the folder's name holds.
    return fmt::format(R"(state_dir = {}
grace = "3s"
[source.bus]
{}[bridge.demo]
kind = "irc"
server = "127.0.0.1"
port = {}
tls = false
nick = "fedmsg-bot"
pace = {{ burst = 20, every = "200ms" }}
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{}"
[[route]]
name = "everything"
topics = ["#"]
to = ["demo/{}", "timeline"]
)",
                       nlohmann::json((folder / "state").string()).dump(), source_configuration(bus, ports.bus),
                       ports.irc, ports.page, channel);
}

// Examples come round again and again: each time as a new message, or the bot would rightly drop them as duplicates.
std::string as_new(const std::string& example) {
    static std::mt19937_64 random(std::random_device{}());
    auto json = nlohmann::json::parse(example);
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    json["timestamp"] = now.count();
    json["msg_id"] = fmt::format("demo-{:016x}", random());
    json.erase("id");
    return json.dump();
}

asio::awaitable<void> publish_on_zmq(asio::io_context& loop, std::uint16_t port, std::vector<std::string> examples) {
    ZmqPublisher publisher(loop.get_executor(), fmt::format("tcp://127.0.0.1:{}", port));
    co_await publisher.wait_for_subscriber();
    std::shuffle(examples.begin(), examples.end(), std::mt19937(std::random_device{}()));
    asio::steady_timer timer(loop);
    for (std::size_t next = 0;; next = (next + 1) % examples.size()) {
        const auto message = Message::parse(as_new(examples[next]));
        if (message) co_await publisher.publish(message->topic(), message->bytes());
        timer.expires_after(human_pace);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// The first comes back as long as nobody has bound a queue.
asio::awaitable<void> publish_on_amqp(asio::io_context& loop, std::uint16_t port, std::vector<std::string> examples) {
    AmqpPublishing publishing;
    publishing.host = "127.0.0.1";
    publishing.port = port;
    AmqpPublisher publisher(publishing);
    std::shuffle(examples.begin(), examples.end(), std::mt19937(std::random_device{}()));
    asio::steady_timer timer(loop);
    const auto is_heard = std::make_shared<std::atomic<bool>>(false);
    for (std::size_t next = 0;; next = *is_heard ? (next + 1) % examples.size() : next) {
        const auto message = Message::parse(as_new(examples[next]));
        if (message) {
            FedoraMessage sent;
            sent.topic = message->topic();
            sent.id = message->id();
            sent.body = message->body().dump();
            sent.sent_at = message->sent_at();
            publisher.publish(publication_of(std::move(sent)), [is_heard](const AmqpAnswer& answer) {
                if (answer.kind == AmqpAnswer::Kind::confirmed) *is_heard = true;
            });
        }
        timer.expires_after(human_pace);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

void greet(DemoBus bus, const Ports& ports) {
    fmt::print(
        "The firehose is on {}\n"
        "  IRC:       join {} on 127.0.0.1, port {} (without TLS), as with: irssi -c 127.0.0.1 -p {} -n you\n"
        "  timeline:  http://127.0.0.1:{}/\n"
        "Ctrl-C ends it.\n\n",
        bus_address(bus, ports.bus), channel, ports.irc, ports.irc, ports.page);
    std::fflush(stdout);
}

void show(const Message&, const Line& line) {
    fmt::print("{} -- {}{}{}\n", line.title, line.text, line.link.empty() ? "" : " ", line.link);
    std::fflush(stdout);
}

}  // namespace

int demo_command(const DemoOptions& options) {
    const TempFolder folder;
    const auto ports = choose_ports(options.bus);
    std::filesystem::create_directory(folder.path() / "none");
    write_file(folder.path() / "ngircd.conf", irc_server_configuration(folder.path(), ports.irc));
    Child irc_server({"ngircd", "-n", "-f", (folder.path() / "ngircd.conf").string()}, folder.path() / "ngircd.log");
    await_server("the IRC server", irc_server, ports.irc, folder.path() / "ngircd.log", std::chrono::seconds(5));
    std::optional<DemoBroker> broker;
    if (options.bus == DemoBus::amqp) {
        fmt::print("RabbitMQ starts; it takes a few seconds ...\n");
        std::fflush(stdout);
        broker.emplace(folder.path() / "broker", broker_ports(ports.bus));
    }

    auto setup = read_setup(bot_configuration(folder.path(), options.bus, ports), "demo");
    if (!setup) throw std::logic_error(describe(setup.problems()));
    const auto examples = setup->rulebook.example_messages();
    log::set_level(log::Level::warn);
    Bot bot(std::move(setup).value());
    bot.road().observe(show);
    greet(options.bus, ports);

    Tasks publishing(bot.loop().get_executor());
    const auto publish = options.bus == DemoBus::amqp ? publish_on_amqp : publish_on_zmq;
    publishing.spawn(publish(bot.loop(), ports.bus, examples), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    });
    asio::steady_timer end(bot.loop());
    if (options.seconds) {
        end.expires_after(std::chrono::milliseconds(static_cast<std::int64_t>(*options.seconds * 1000)));
        end.async_wait([&bot](boost::system::error_code error) {
            if (!error) bot.stop();
        });
    }
    const auto summary = bot.run();
    fmt::print("\nsummary {}\n", summary.text());
    return 0;
}

}  // namespace fedmsgbot
