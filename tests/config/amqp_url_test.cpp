#include "config/amqp_url.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

TEST_CASE("the address of a broker is read as RabbitMQ's clients read it") {
    const auto url = parse_amqp_url("amqps://fe%64ora:p%40ss@host.example:1/%2Fpublic_pubsub?connection_attempts=3");
    REQUIRE(url);
    CHECK(url->tls);
    CHECK(url->user == "fedora");
    CHECK(url->password == "p@ss");
    CHECK(url->host == "host.example");
    CHECK(url->port == 1);
    CHECK(url->vhost == "/public_pubsub");
    CHECK(url->query == "connection_attempts=3");

    CHECK(parse_amqp_url("amqps://host")->port == 5671);
    CHECK(parse_amqp_url("amqp://host")->port == 5672);
    CHECK(parse_amqp_url("amqp://host")->vhost == "/");
    CHECK(parse_amqp_url("amqp://host/")->vhost == "/");
    CHECK(parse_amqp_url("amqp://host/test")->vhost == "test");
    CHECK(parse_amqp_url("amqp://[::1]:7")->host == "::1");
    CHECK(parse_amqp_url("amqp://?connection_attempts=3")->host.empty());
}

TEST_CASE("what is no address of a broker is none") {
    for (const auto* text :
         {"", "host", "http://host", "amqp:/host", "amqp://host:0", "amqp://host:70000", "amqp://host:x", "amqp://[::1",
          "amqp://[::1]x", "amqp://host/%2", "amqp://host/%zz", "amqp://host/%00", "amqp://a b", "amqp://host:"})
        CHECK_FALSE(parse_amqp_url(text));
}
