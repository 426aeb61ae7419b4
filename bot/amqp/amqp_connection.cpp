#include "bot/amqp/amqp_connection.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "bot/amqp/amqp_table_json.h"
#include "bot/core/text.h"
#include "bot/core/version.h"

namespace fedmsgbot {

namespace {

constexpr amqp_channel_t channel = 1;
constexpr std::size_t usual_headers = 256;  // as JSON

std::string_view view(amqp_bytes_t bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

amqp_bytes_t bytes(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }

timeval as_timeval(std::chrono::seconds duration) { return {static_cast<time_t>(duration.count()), 0}; }

[[noreturn]] void fail(const std::string& what, std::string_view why) {
    throw std::runtime_error(fmt::format("{}: {}", what, clean_line(why, 300)));
}

// What the broker says when it ends a channel or the connection.
std::string closing_words(const amqp_method_t& method) {
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto& close = *static_cast<const amqp_channel_close_t*>(method.decoded);
        return fmt::format("{} {}", close.reply_code, view(close.reply_text));
    }
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto& close = *static_cast<const amqp_connection_close_t*>(method.decoded);
        return fmt::format("{} {}", close.reply_code, view(close.reply_text));
    }
    const auto* name = amqp_method_name(method.id);
    return name ? name : "an unknown method";
}

void check(const std::string& what, amqp_rpc_reply_t reply) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) fail(what, closing_words(reply.reply));
    fail(what, amqp_error_string2(reply.library_error));
}

void check(const std::string& what, int status) {
    if (status != AMQP_STATUS_OK) fail(what, amqp_error_string2(status));
}

amqp_field_value_t as_value(const std::string& text) {
    amqp_field_value_t value{};
    value.kind = AMQP_FIELD_KIND_UTF8;
    value.value.bytes = bytes(text);
    return value;
}

amqp_field_value_t as_value(bool flag) {
    amqp_field_value_t value{};
    value.kind = AMQP_FIELD_KIND_BOOLEAN;
    value.value.boolean = flag;
    return value;
}

amqp_field_value_t as_value(std::int64_t number) {
    amqp_field_value_t value{};
    value.kind = AMQP_FIELD_KIND_I64;
    value.value.i64 = number;
    return value;
}

// Entries of a table that is ours; keys and texts must outlive it.
class Entries {
public:
    template <class Value>
    void add(const std::string& key, const Value& value) {
        entries_.push_back({bytes(key), as_value(value)});
    }
    amqp_table_t table() { return {static_cast<int>(entries_.size()), entries_.data()}; }

private:
    std::vector<amqp_table_entry_t> entries_;
};

}  // namespace

struct AmqpConnection::State {
    amqp_connection_state_t connection = amqp_new_connection();
    std::uint64_t number = 0;
    std::size_t max_body_bytes = 0;
    std::string queue;
    std::string published_to;         // a publisher's exchange
    AmqpDelivery delivery;            // the one whose frames are arriving
    std::uint64_t missing_bytes = 0;  // of its body
    bool is_begun = false, has_header = false;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { amqp_destroy_connection(connection); }

    void connect(const AmqpBroker& broker);
    void open(const AmqpBroker& settings);
    void log_in(const AmqpBroker& settings);
    void declare_exchange(const std::string& exchange, const std::string& kind);
    void declare(const AmqpSettings& settings);
    void consume(const AmqpSettings& settings);

    std::optional<amqp_frame_t> next_frame();
    // True when a delivery, or what was returned, is whole.
    bool take(const amqp_frame_t& frame);
    void begin(const amqp_method_t& method);
    void take_header(const amqp_frame_t& frame);
    void take_body(std::string_view part);
};

void AmqpConnection::State::connect(const AmqpBroker& broker) {
    open(broker);
    log_in(broker);
    // A broker that takes no more must not hold us for ever: the library waits for room without end.
    const auto most = static_cast<unsigned>(std::chrono::milliseconds(broker.heartbeat * 2).count());
    ::setsockopt(amqp_get_sockfd(connection), IPPROTO_TCP, TCP_USER_TIMEOUT, &most, sizeof most);
}

void AmqpConnection::State::open(const AmqpBroker& settings) {
    const auto where = fmt::format("cannot connect to {}:{}", settings.host, settings.port);
    amqp_socket_t* socket = nullptr;
    if (settings.tls) {
        socket = amqp_ssl_socket_new(connection);
        if (!socket) fail(where, "no memory");
        check(where, amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST));
        if (settings.ca_file.empty())
            SSL_CTX_set_default_verify_paths(static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket)));
        else
            check("ca_file " + settings.ca_file, amqp_ssl_socket_set_cacert(socket, settings.ca_file.c_str()));
        if (!settings.cert_file.empty())
            check("cert_file " + settings.cert_file,
                  amqp_ssl_socket_set_key(socket, settings.cert_file.c_str(), settings.key_file.c_str()));
        amqp_ssl_socket_set_verify_peer(socket, 1);
        amqp_ssl_socket_set_verify_hostname(socket, 1);
    } else {
        socket = amqp_tcp_socket_new(connection);
        if (!socket) fail(where, "no memory");
    }
    const auto most = as_timeval(patience);
    check(where, amqp_socket_open_noblock(socket, settings.host.c_str(), settings.port, &most));
    check(where, amqp_set_handshake_timeout(connection, &most));
    check(where, amqp_set_rpc_timeout(connection, &most));
}

void AmqpConnection::State::log_in(const AmqpBroker& settings) {
    // Without this capability a consumer whose queue is deleted waits for ever and is told nothing.
    Entries capabilities;
    const std::string cancel_notify = "consumer_cancel_notify";
    capabilities.add(cancel_notify, true);
    amqp_field_value_t capabilities_value{};
    capabilities_value.kind = AMQP_FIELD_KIND_TABLE;
    capabilities_value.value.table = capabilities.table();

    const std::string product = "product", name = "fedmsgbot", version_key = "version", key = "capabilities";
    const std::string version_text(version);
    std::vector<amqp_table_entry_t> entries{{bytes(key), capabilities_value},
                                            {bytes(product), as_value(name)},
                                            {bytes(version_key), as_value(version_text)}};
    for (const auto& [property, text] : settings.client_properties)
        entries.push_back({bytes(property), as_value(text)});
    const amqp_table_t properties{static_cast<int>(entries.size()), entries.data()};

    const auto heartbeat = static_cast<int>(settings.heartbeat.count());
    const auto what = fmt::format("login refused for vhost {}", settings.vhost);
    const auto* vhost = settings.vhost.c_str();
    if (settings.tls && !settings.cert_file.empty())
        check(what,
              amqp_login_with_properties(connection, vhost, AMQP_DEFAULT_MAX_CHANNELS, AMQP_DEFAULT_FRAME_SIZE,
                                         heartbeat, &properties, AMQP_SASL_METHOD_EXTERNAL, settings.user.c_str()));
    else
        check(what, amqp_login_with_properties(connection, vhost, AMQP_DEFAULT_MAX_CHANNELS, AMQP_DEFAULT_FRAME_SIZE,
                                               heartbeat, &properties, AMQP_SASL_METHOD_PLAIN, settings.user.c_str(),
                                               settings.password.c_str()));
    amqp_channel_open(connection, channel);
    check("no channel", amqp_get_rpc_reply(connection));
}

void AmqpConnection::State::declare_exchange(const std::string& name, const std::string& kind) {
    amqp_exchange_declare(connection, channel, bytes(name), bytes(kind), false, true, false, false, amqp_empty_table);
    check(fmt::format("exchange \"{}\" cannot be declared", name), amqp_get_rpc_reply(connection));
}

void AmqpConnection::State::declare(const AmqpSettings& settings) {
    Entries arguments;
    const std::string single = "x-single-active-consumer";
    if (settings.single_active_consumer) arguments.add(single, true);
    for (const auto& [key, text] : settings.text_arguments) arguments.add(key, text);
    for (const auto& [key, value] : settings.number_arguments) arguments.add(key, value);
    const auto* declared = amqp_queue_declare(connection, channel, bytes(settings.queue), settings.passive,
                                              settings.durable, settings.exclusive, settings.auto_delete,
                                              settings.passive ? amqp_empty_table : arguments.table());
    check(fmt::format("queue \"{}\" cannot be declared", settings.queue), amqp_get_rpc_reply(connection));
    queue = view(declared->queue);
    // Whoever comes first makes it, publisher or reader.
    if (!settings.posts.empty() && !settings.passive && !settings.bindings.empty())
        declare_exchange(settings.bindings.front().exchange, "direct");
    for (const auto& [exchange, routing_key] : settings.bindings) {
        amqp_queue_bind(connection, channel, bytes(queue), bytes(exchange), bytes(routing_key), amqp_empty_table);
        check(fmt::format("queue \"{}\" cannot be bound to {}", queue, exchange), amqp_get_rpc_reply(connection));
    }
}

void AmqpConnection::State::consume(const AmqpSettings& settings) {
    const auto what = fmt::format("queue \"{}\" cannot be consumed", queue);
    amqp_basic_qos(connection, channel, 0, settings.prefetch, false);
    check(what, amqp_get_rpc_reply(connection));
    amqp_basic_consume(connection, channel, bytes(queue), amqp_empty_bytes, false, false, false, amqp_empty_table);
    check(what, amqp_get_rpc_reply(connection));
}

bool AmqpConnection::State::take(const amqp_frame_t& frame) {
    if (frame.frame_type == AMQP_FRAME_METHOD) {
        begin(frame.payload.method);
        return false;
    }
    if (frame.channel != channel || !is_begun) return false;
    if (frame.frame_type == AMQP_FRAME_HEADER) take_header(frame);
    if (frame.frame_type == AMQP_FRAME_BODY && has_header) take_body(view(frame.payload.body_fragment));
    return has_header && missing_bytes == 0;
}

void AmqpConnection::State::begin(const amqp_method_t& method) {
    if (method.id == AMQP_BASIC_CANCEL_METHOD) fail("consumer cancelled by the broker", "the queue was deleted");
    delivery = {};
    delivery.connection = number;
    if (method.id == AMQP_BASIC_RETURN_METHOD) {
        delivery.topic = view(static_cast<const amqp_basic_return_t*>(method.decoded)->routing_key);
    } else if (method.id == AMQP_BASIC_DELIVER_METHOD) {
        const auto& deliver = *static_cast<const amqp_basic_deliver_t*>(method.decoded);
        delivery.number = deliver.delivery_tag;
        delivery.topic = view(deliver.routing_key);
        delivery.is_redelivered = deliver.redelivered != 0;
    } else {
        fail("closed by the broker", closing_words(method));
    }
    is_begun = true;
    has_header = false;
}

void AmqpConnection::State::take_header(const amqp_frame_t& frame) {
    const auto& properties = *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
    if (properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) delivery.id = view(properties.message_id);
    if (properties._flags & AMQP_BASIC_HEADERS_FLAG) {
        delivery.headers.clear();
        delivery.headers.reserve(usual_headers);
        AmqpTableJson(delivery.headers).write_table(properties.headers);
    }
    missing_bytes = frame.payload.properties.body_size;
    has_header = true;
    delivery.is_too_large = missing_bytes > max_body_bytes;
    if (!delivery.is_too_large) delivery.body.reserve(missing_bytes);
}

void AmqpConnection::State::take_body(std::string_view part) {
    missing_bytes -= std::min<std::uint64_t>(missing_bytes, part.size());
    if (!delivery.is_too_large) delivery.body += part;
}

AmqpConnection::AmqpConnection(const AmqpSettings& settings, std::uint64_t number) : state_(std::make_unique<State>()) {
    state_->number = number;
    state_->max_body_bytes = settings.max_body_bytes;
    state_->connect(settings);
    state_->declare(settings);
    state_->consume(settings);
}

AmqpConnection::AmqpConnection(const AmqpPublishing& publishing) : state_(std::make_unique<State>()) {
    state_->published_to = publishing.exchange;
    state_->connect(publishing);
    if (!publishing.exchange_kind.empty()) state_->declare_exchange(publishing.exchange, publishing.exchange_kind);
    amqp_confirm_select(state_->connection, channel);
    check("no confirmations", amqp_get_rpc_reply(state_->connection));
}

AmqpConnection::~AmqpConnection() = default;

const std::string& AmqpConnection::queue() const { return state_->queue; }

// The next frame that has arrived; nothing where none has.
std::optional<amqp_frame_t> AmqpConnection::State::next_frame() {
    amqp_maybe_release_buffers(connection);
    amqp_frame_t frame;
    const timeval at_once{};
    const auto status = amqp_simple_wait_frame_noblock(connection, &frame, &at_once);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    check("connection lost", status);
    return frame;
}

std::optional<AmqpDelivery> AmqpConnection::receive() {
    auto& state = *state_;
    while (const auto frame = state.next_frame()) {
        if (!state.take(*frame)) continue;
        state.is_begun = state.has_header = false;
        return std::move(state.delivery);
    }
    return std::nullopt;
}

std::optional<AmqpConfirm> AmqpConnection::receive_confirm() {
    using Kind = AmqpConfirm::Kind;
    auto& state = *state_;
    while (const auto frame = state.next_frame()) {
        const auto& method = frame->payload.method;
        const auto id = frame->frame_type == AMQP_FRAME_METHOD ? method.id : 0;
        if (id == AMQP_BASIC_ACK_METHOD) {
            const auto& ack = *static_cast<const amqp_basic_ack_t*>(method.decoded);
            return AmqpConfirm{Kind::confirmed, ack.delivery_tag, ack.multiple != 0, {}, {}};
        }
        if (id == AMQP_BASIC_NACK_METHOD) {
            const auto& nack = *static_cast<const amqp_basic_nack_t*>(method.decoded);
            return AmqpConfirm{Kind::refused, nack.delivery_tag, nack.multiple != 0, {}, {}};
        }
        if (!state.take(*frame)) continue;
        state.is_begun = state.has_header = false;
        return AmqpConfirm{Kind::returned, 0, false, std::move(state.delivery.topic), std::move(state.delivery.id)};
    }
    return std::nullopt;
}

void AmqpConnection::publish(const AmqpPublication& publication) {
    Entries headers;
    for (const auto& [key, value] : publication.headers)
        std::visit([&headers, &name = key](const auto& is) { headers.add(name, is); }, value);
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_CONTENT_ENCODING_FLAG | AMQP_BASIC_HEADERS_FLAG |
                        AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.content_type = amqp_cstring_bytes("application/json");
    properties.content_encoding = amqp_cstring_bytes("utf-8");
    properties.headers = headers.table();
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    properties.message_id = bytes(publication.id);
    if (publication.priority) {
        properties._flags |= AMQP_BASIC_PRIORITY_FLAG;
        properties.priority = *publication.priority;
    }
    constexpr amqp_boolean_t is_mandatory = true, is_immediate = false;
    check("connection lost",
          amqp_basic_publish(state_->connection, channel, bytes(state_->published_to), bytes(publication.routing_key),
                             is_mandatory, is_immediate, &properties, bytes(publication.body)));
}

void AmqpConnection::wait(int wake, std::chrono::milliseconds most) {
    pollfd both[] = {{amqp_get_sockfd(state_->connection), POLLIN, 0}, {wake, POLLIN, 0}};
    ::poll(both, 2, static_cast<int>(most.count()));
}

void AmqpConnection::acknowledge(std::uint64_t last) {
    check("connection lost", amqp_basic_ack(state_->connection, channel, last, true));
}

void AmqpConnection::refuse(std::uint64_t number) {
    check("connection lost", amqp_basic_nack(state_->connection, channel, number, false, false));
}

void AmqpConnection::close() { check("no good-bye", amqp_connection_close(state_->connection, AMQP_REPLY_SUCCESS)); }

}  // namespace fedmsgbot
