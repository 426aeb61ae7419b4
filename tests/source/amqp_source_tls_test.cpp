// Against a broker that is set up as Fedora's is: a client certificate or nothing.
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

#include "tests/source/amqp_bus.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// The shared broker with a user who logs in by certificate and may use only queues that are named by UUIDs.
struct Secure {
    Secure() {
        static const bool is_made = [this] {
            broker.control({"add_user", "reader", "unused"});
            broker.control({"set_permissions", "reader", "^(amq\\.gen.*|\\w{8}(-\\w{4}){3}-\\w{12})$",
                            "^(amq\\.gen.*|\\w{8}(-\\w{4}){3}-\\w{12})$", ".*"});
            make_client_certificate(broker.folder(), "reader");
            return true;
        }();
        static_cast<void>(is_made);
        settings.host = "localhost";
        settings.port = broker.tls_port();
        settings.tls = true;
        settings.user = "reader";
        settings.ca_file = broker.ca_file().string();
        settings.cert_file = (broker.folder() / "reader.pem").string();
        settings.key_file = (broker.folder() / "reader.key").string();
        settings.bindings = {{"amq.topic", "#"}};
    }

    // Why it does not come about; empty when it does.
    std::string refusal() const {
        try {
            AmqpConnection connection(settings, 1);
            return "";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }

    Rabbitmq& broker = Rabbitmq::shared();
    AmqpSettings settings;
};

}  // namespace

TEST_CASE("a client certificate logs in over TLS, and messages arrive") {
    Secure secure;
    boost::asio::io_context context;
    AmqpSource source(context.get_executor(), secure.settings);
    AmqpClient client(secure.broker.port());
    int n = 0;
    CHECK(eventually([&] {
        ++n;
        client.publish(amqp_topic, amqp_id(n), R"({"text":")" + std::string(300'000, 'x') + R"("})");
        return !collect(context, source, 1, 50ms).empty();
    }));
}

TEST_CASE("a broker whose certificate is for another host is refused") {
    Secure secure;
    secure.settings.host = "127.0.0.1";
    CHECK(secure.refusal().find("hostname verification failed") != std::string::npos);
}

TEST_CASE("a broker of a foreign authority is refused") {
    Secure secure;
    const TempFolder folder;
    secure.settings.ca_file = make_certificates(folder.path(), "localhost").authority.string();
    CHECK(secure.refusal().find("cannot connect to localhost") != std::string::npos);
    // The system's authorities know a test's as little.
    secure.settings.ca_file.clear();
    CHECK(secure.refusal().find("cannot connect to localhost") != std::string::npos);
}

TEST_CASE("without a client certificate, or with one of a foreign authority, the broker refuses us") {
    Secure secure;
    const TempFolder folder;
    make_certificates(folder.path(), "localhost");
    make_client_certificate(folder.path(), "reader");
    secure.settings.cert_file = (folder / "reader.pem").string();
    secure.settings.key_file = (folder / "reader.key").string();
    CHECK(!secure.refusal().empty());
    secure.settings.cert_file.clear();
    secure.settings.key_file.clear();
    CHECK(secure.refusal().find("login refused") != std::string::npos);
}

TEST_CASE("a certificate of ours that has expired is refused by the broker") {
    Secure secure;
    make_client_certificate(secure.broker.folder(), "late");
    secure.broker.control({"add_user", "late", "unused"});
    secure.broker.control({"set_permissions", "late", ".*", ".*", ".*"});
    secure.settings.cert_file = (secure.broker.folder() / "late.pem").string();
    secure.settings.key_file = (secure.broker.folder() / "late.key").string();
    CHECK(secure.refusal() == "");
    let_expire(secure.broker.folder(), "late");
    CHECK(!secure.refusal().empty());
}

TEST_CASE("a broker whose certificate has expired is refused") {
    Secure secure;
    const TempFolder folder;
    secure.settings.ca_file = make_certificates(folder.path(), "localhost").authority.string();
    secure.settings.port = free_port();
    let_expire(folder.path(), "server");
    // It goes no further than the handshake, so anything that speaks TLS will do.
    Process server({"openssl", "s_server", "-accept", fmt::format("127.0.0.1:{}", secure.settings.port), "-cert",
                    (folder / "server.pem").string(), "-key", (folder / "server.key").string(), "-quiet"});
    REQUIRE(eventually([&] { return accepts_connections(secure.settings.port); }));
    CHECK(secure.refusal().find("cannot connect to localhost") != std::string::npos);
}

TEST_CASE("a certificate whose name is no user of the broker is refused") {
    Secure secure;
    make_client_certificate(secure.broker.folder(), "stranger");
    secure.settings.cert_file = (secure.broker.folder() / "stranger.pem").string();
    secure.settings.key_file = (secure.broker.folder() / "stranger.key").string();
    CHECK(secure.refusal().find("login refused") != std::string::npos);
}

TEST_CASE("a file of TLS that is not there is named") {
    Secure secure;
    secure.settings.ca_file = "/nowhere/ca.pem";
    CHECK(secure.refusal().find("/nowhere/ca.pem") != std::string::npos);
}

TEST_CASE("where only queues with a UUID are allowed, another name is refused in the broker's words") {
    Secure secure;
    secure.settings.queue = "mine";
    CHECK(secure.refusal().find("403 ACCESS_REFUSED") != std::string::npos);
    secure.settings.queue = "01234567-89ab-cdef-0123-456789abcdef";
    CHECK(secure.refusal() == "");
}

TEST_CASE("a wrong password is refused and not repeated") {
    Secure secure;
    secure.settings.port = secure.broker.port();
    secure.settings.host = "127.0.0.1";
    secure.settings.tls = false;
    secure.settings.user = "guest";
    secure.settings.password = "wrong-secret";
    CHECK(secure.refusal().find("login refused") != std::string::npos);
    CHECK(secure.refusal().find("wrong-secret") == std::string::npos);
}
