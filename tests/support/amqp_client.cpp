#include "tests/support/amqp_client.h"

#include <stdexcept>
#include <vector>

#include <amqp.h>
#include <amqp_tcp_socket.h>

#include <fmt/format.h>

namespace fedmsgbot::testing {

namespace {

amqp_bytes_t bytes(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }

amqp_field_value_t value_of_kind(std::uint8_t kind) {
    amqp_field_value_t value{};
    value.kind = kind;
    return value;
}

amqp_field_value_t text_value(const char* text) {
    auto value = value_of_kind(AMQP_FIELD_KIND_UTF8);
    value.value.bytes = amqp_cstring_bytes(text);
    return value;
}

amqp_table_entry_t entry(const char* key, amqp_field_value_t value) { return {amqp_cstring_bytes(key), value}; }

std::vector<amqp_table_entry_t> usual_headers() {
    auto severity = value_of_kind(AMQP_FIELD_KIND_I32);
    severity.value.i32 = 30;
    auto flag = value_of_kind(AMQP_FIELD_KIND_BOOLEAN);
    flag.value.boolean = 1;
    return {entry("fedora_messaging_schema", text_value("announce.announcement")),
            entry("fedora_messaging_severity", severity), entry("fedora_messaging_rpm_kernel", flag),
            entry("sent-at", text_value("2019-07-30T19:12:22+00:00"))};
}

}  // namespace

struct AmqpClient::State {
    amqp_connection_state_t connection = amqp_new_connection();

    ~State() { amqp_destroy_connection(connection); }

    void check(const char* what, amqp_rpc_reply_t reply) const {
        if (reply.reply_type != AMQP_RESPONSE_NORMAL) throw std::runtime_error(what);
    }
    void check(const char* what) const { check(what, amqp_get_rpc_reply(connection)); }

    void publish(const std::string& topic, const std::string& id, const std::string& body,
                 std::vector<amqp_table_entry_t> headers) {
        amqp_basic_properties_t properties{};
        properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG;
        properties.headers = {static_cast<int>(headers.size()), headers.data()};
        properties.delivery_mode = 2;
        properties.content_type = amqp_cstring_bytes("application/json");
        if (!id.empty()) {
            properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
            properties.message_id = bytes(id);
        }
        const auto exchange = amqp_cstring_bytes("amq.topic");
        if (amqp_basic_publish(connection, 1, exchange, bytes(topic), 0, 0, &properties, bytes(body)) != AMQP_STATUS_OK)
            throw std::runtime_error("publish");
        amqp_frame_t frame;
        if (amqp_simple_wait_frame(connection, &frame) != AMQP_STATUS_OK || frame.frame_type != AMQP_FRAME_METHOD ||
            frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
            throw std::runtime_error("no confirm");
        amqp_maybe_release_buffers(connection);
    }
};

AmqpClient::AmqpClient(std::uint16_t port) : state_(std::make_unique<State>()) {
    auto* connection = state_->connection;
    if (amqp_socket_open(amqp_tcp_socket_new(connection), "127.0.0.1", port) != AMQP_STATUS_OK)
        throw std::runtime_error("no broker");
    state_->check("login", amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"));
    amqp_channel_open(connection, 1);
    state_->check("channel");
    amqp_confirm_select(connection, 1);
    state_->check("confirms");
}

AmqpClient::AmqpClient(AmqpClient&&) noexcept = default;
AmqpClient& AmqpClient::operator=(AmqpClient&&) noexcept = default;
AmqpClient::~AmqpClient() = default;

void AmqpClient::make_queue(const std::string& name, const std::string& key) {
    amqp_queue_declare(state_->connection, 1, bytes(name), 0, 1, 0, 0, amqp_empty_table);
    state_->check("declare");
    const auto exchange = amqp_cstring_bytes("amq.topic");
    amqp_queue_bind(state_->connection, 1, bytes(name), exchange, bytes(key), amqp_empty_table);
    state_->check("bind");
}

void AmqpClient::delete_queue(const std::string& name) {
    amqp_queue_delete(state_->connection, 1, bytes(name), 0, 0);
    state_->check("delete");
}

std::uint32_t AmqpClient::waiting(const std::string& queue) {
    const auto* declared = amqp_queue_declare(state_->connection, 1, bytes(queue), 1, 0, 0, 0, amqp_empty_table);
    state_->check("count");
    return declared->message_count;
}

void AmqpClient::publish(const std::string& topic, const std::string& id, const std::string& body) {
    state_->publish(topic, id, body, usual_headers());
}

void AmqpClient::publish_every_header(const std::string& topic, const std::string& id, const std::string& body) {
    auto headers = usual_headers();
    std::vector<amqp_field_value_t> all;
    // Without text and containers; their bytes are those of a small number.
    for (const char kind : {'t', 'b', 'B', 's', 'u', 'I', 'i', 'l', 'L', 'T'}) {
        auto value = value_of_kind(static_cast<std::uint8_t>(kind));
        value.value.u64 = 1;
        all.push_back(value);
    }
    auto real = value_of_kind(AMQP_FIELD_KIND_F64), single = value_of_kind(AMQP_FIELD_KIND_F32),
         decimal = value_of_kind(AMQP_FIELD_KIND_DECIMAL), raw = value_of_kind(AMQP_FIELD_KIND_BYTES);
    real.value.f64 = 0.5;
    single.value.f32 = 0.25;
    decimal.value.decimal = {2, 125};
    raw.value.bytes = amqp_cstring_bytes("a\"\xff\n");
    for (const auto& value : {real, single, decimal, raw, value_of_kind(AMQP_FIELD_KIND_VOID)}) all.push_back(value);
    auto array = value_of_kind(AMQP_FIELD_KIND_ARRAY);
    array.value.array = {static_cast<int>(all.size()), all.data()};
    auto hop_entry = entry("uri", array);
    auto table = value_of_kind(AMQP_FIELD_KIND_TABLE);
    table.value.table = {1, &hop_entry};
    // As deep as nobody nests.
    std::vector<amqp_table_entry_t> levels(40, entry("deeper", text_value("bottom")));
    for (std::size_t i = 1; i < levels.size(); ++i) {
        levels[i].value = value_of_kind(AMQP_FIELD_KIND_TABLE);
        levels[i].value.value.table = {1, &levels[i - 1]};
    }
    headers.push_back(entry("x-received-from", table));
    headers.push_back(levels.back());
    state_->publish(topic, id, body, headers);
}

}  // namespace fedmsgbot::testing
