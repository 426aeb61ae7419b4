#include "tests/support/rabbitmq.h"

#include <set>
#include <stdexcept>

#include <signal.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/support/certificates.h"

namespace fedmsgbot::testing {

namespace {

using namespace std::chrono_literals;

std::string configuration(const std::filesystem::path& folder, std::uint16_t port, std::uint16_t tls_port) {
    return fmt::format(R"(listeners.tcp.1 = 127.0.0.1:{1}
listeners.ssl.1 = 127.0.0.1:{2}
ssl_options.cacertfile = {0}/authority.pem
ssl_options.certfile = {0}/server.pem
ssl_options.keyfile = {0}/server.key
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
ssl_cert_login_from = common_name
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = EXTERNAL
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
)",
                       folder.string(), port, tls_port);
}

}  // namespace

Rabbitmq& Rabbitmq::shared() {
    static Rabbitmq broker;
    return broker;
}

Rabbitmq::Rabbitmq() {
    make_certificates(folder_.path(), "localhost");
    std::set<std::uint16_t> ports;
    for (auto* port : {&port_, &tls_port_, &names_port_, &nodes_port_}) do
            *port = free_port();
        while (!ports.insert(*port).second);
    write_file(folder_ / "rabbitmq.conf", configuration(folder_.path(), port_, tls_port_));
    write_file(folder_ / "enabled_plugins", "[rabbitmq_auth_mechanism_ssl].\n");
    start_names();
    start();
}

Rabbitmq::~Rabbitmq() { kill(); }

std::string Rabbitmq::url() const { return fmt::format("amqp://127.0.0.1:{}", port_); }

pid_t Rabbitmq::process() const { return broker_->id(); }

// Started by the broker itself it would outlive us.
void Rabbitmq::start_names() {
    names_.emplace(std::vector<std::string>{"epmd", "-address", "127.0.0.1", "-port", std::to_string(names_port_)});
    if (!eventually([this] { return accepts_connections(names_port_); }))
        throw std::runtime_error("epmd does not start: " + names_->errors());
}

Process::Options Rabbitmq::environment() const {
    Process::Options options;
    auto& set = options.environment;
    set["HOME"] = folder_.path().string();
    set["RABBITMQ_NODENAME"] = fmt::format("test{}@localhost", port_);
    set["RABBITMQ_CONFIG_FILE"] = (folder_ / "rabbitmq.conf").string();
    set["RABBITMQ_MNESIA_BASE"] = (folder_ / "data").string();
    set["RABBITMQ_LOG_BASE"] = (folder_ / "log").string();
    set["RABBITMQ_ENABLED_PLUGINS_FILE"] = (folder_ / "enabled_plugins").string();
    set["RABBITMQ_CONF_ENV_FILE"] = (folder_ / "none").string();
    set["RABBITMQ_DIST_PORT"] = std::to_string(nodes_port_);
    set["ERL_EPMD_ADDRESS"] = "127.0.0.1";
    set["ERL_EPMD_PORT"] = std::to_string(names_port_);
    set["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none";
    // Makes the script become the broker, so that its process id is the broker's.
    set["RUNNING_UNDER_SYSTEMD"] = "1";
    return options;
}

void Rabbitmq::start() {
    broker_.emplace(std::vector<std::string>{"/usr/lib/rabbitmq/bin/rabbitmq-server"}, environment());
    eventually([this] { return !broker_->is_running() || accepts_connections(tls_port_); }, 180s);
    if (!broker_->is_running() || !accepts_connections(port_))
        throw std::runtime_error("RabbitMQ does not start: " + broker_->output() + broker_->errors());
}

void Rabbitmq::stop() {
    broker_->signal(SIGTERM);
    broker_->wait(60s);
}

void Rabbitmq::kill() {
    if (!broker_) return;
    broker_->signal(SIGKILL);
    broker_->wait();
}

void Rabbitmq::freeze() { broker_->signal(SIGSTOP); }
void Rabbitmq::thaw() { broker_->signal(SIGCONT); }

std::string Rabbitmq::control(std::vector<std::string> words) {
    words.insert(words.begin(), "/usr/lib/rabbitmq/bin/rabbitmqctl");
    const auto finished = run(words, environment());
    if (finished.status != 0) throw std::runtime_error("rabbitmqctl: " + finished.output + finished.errors);
    return finished.output;
}

}  // namespace fedmsgbot::testing
