#include "bot/commands/demo_broker.h"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bot/commands/await_server.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

// Debian's /usr/sbin/rabbitmq-server changes the user; this one runs as who calls it.
constexpr const char* server = "/usr/lib/rabbitmq/bin/rabbitmq-server";

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream out(path);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::vector<std::string> command(const std::filesystem::path& folder, const DemoBroker::Ports& ports) {
    const auto path = [&folder](const char* name) { return (folder / name).string(); };
    return {"env",
            "HOME=" + folder.string(),  // of Erlang's cookie
            fmt::format("RABBITMQ_NODENAME=demo{}@localhost", ports.amqp),
            "RABBITMQ_CONFIG_FILE=" + path("rabbitmq.conf"),
            "RABBITMQ_MNESIA_BASE=" + path("data"),
            "RABBITMQ_LOG_BASE=" + path("log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE=" + path("enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE=" + path("none"),
            fmt::format("RABBITMQ_DIST_PORT={}", ports.nodes),
            "ERL_EPMD_ADDRESS=127.0.0.1",
            fmt::format("ERL_EPMD_PORT={}", ports.names),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
            "RUNNING_UNDER_SYSTEMD=1",  // makes the script become the broker, so that it is what we end
            server};
}

}  // namespace

DemoBroker::DemoBroker(const std::filesystem::path& folder, const Ports& ports) {
    if (!std::filesystem::exists(server))
        throw std::runtime_error("rabbitmq-server is not installed: apt-get install rabbitmq-server");
    std::filesystem::create_directories(folder);
    write_file(folder / "rabbitmq.conf",
               fmt::format("listeners.tcp.1 = 127.0.0.1:{}\nvm_memory_high_watermark.absolute = 512MB\n"
                           "disk_free_limit.absolute = 50MB\n",
                           ports.amqp));
    write_file(folder / "enabled_plugins", "[].\n");
    names_.emplace(std::vector<std::string>{"epmd", "-address", "127.0.0.1", "-port", std::to_string(ports.names)},
                   folder / "epmd.log");
    await_server("Erlang's port mapper", *names_, ports.names, folder / "epmd.log", 10s);
    broker_.emplace(command(folder, ports), folder / "rabbitmq.log");
    await_server("RabbitMQ", *broker_, ports.amqp, folder / "rabbitmq.log", 60s);
}

}  // namespace fedmsgbot
