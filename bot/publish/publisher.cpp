#include "bot/publish/publisher.h"

#include <exception>
#include <utility>

#include "bot/publish/amqp_transport.h"
#include "bot/publish/message_maker.h"
#include "bot/publish/zmq_transport.h"

namespace fedmsgbot {

namespace {

Problem problem(std::string text) { return {{}, std::move(text)}; }

Result<MessageMaker> make_maker(const PublisherSettings& settings) {
    Sender sender{settings.topic_prefix, settings.environment,
                  settings.username.empty() ? login_name() : settings.username};
    if (sender.username.empty()) return problem("nothing says who we are: set the username");
    if (settings.cert_file.empty() != settings.key_file.empty())
        return problem("a certificate and its key go together: one of them is missing");
    if (settings.cert_file.empty()) return MessageMaker(std::move(sender), std::nullopt);
    auto key = SigningKey::load(settings.cert_file, settings.key_file);
    if (!key) return key.problems();
    return MessageMaker(std::move(sender), std::move(*key));
}

// A new kind of transport is a line here.
Result<std::unique_ptr<Transport>> make_transport(const PublisherSettings& settings) {
    const int places = !settings.relay.empty() + !settings.bind.empty() + settings.amqp.has_value();
    if (places != 1) return problem("a publisher connects to a relay, binds, or has a broker: one of the three");
    if (settings.amqp)
        return std::unique_ptr<Transport>(std::make_unique<AmqpTransport>(*settings.amqp, settings.wait));
    const auto side = settings.bind.empty() ? ZmqPublisher::Side::connects : ZmqPublisher::Side::binds;
    const auto& endpoint = settings.bind.empty() ? settings.relay : settings.bind;
    try {
        return std::unique_ptr<Transport>(std::make_unique<ZmqTransport>(endpoint, side, settings.wait));
    } catch (const std::exception& error) {
        return problem(error.what());
    }
}

}  // namespace

struct Publisher::State {
    State(MessageMaker made, std::unique_ptr<Transport> way) : maker(std::move(made)), transport(std::move(way)) {}

    MessageMaker maker;
    std::unique_ptr<Transport> transport;
    std::uint64_t published = 0;
};

Result<Publisher> Publisher::open(const PublisherSettings& settings) {
    auto maker = make_maker(settings);
    if (!maker) return maker.problems();
    auto transport = make_transport(settings);
    if (!transport) return transport.problems();
    return Publisher(std::make_unique<State>(std::move(*maker), std::move(*transport)));
}

Publisher::Publisher(std::unique_ptr<State> state) : state_(std::move(state)) {}
Publisher::Publisher(Publisher&&) noexcept = default;
Publisher& Publisher::operator=(Publisher&&) noexcept = default;
Publisher::~Publisher() = default;

Result<std::string> Publisher::publish(std::string_view modname, std::string_view topic, std::string_view msg) {
    const auto message = state_->maker.make(modname, topic, msg);
    if (!message) return message.problems();
    if (auto why = state_->transport->send(*message)) return *why;
    ++state_->published;
    return message->id;
}

std::optional<Problem> Publisher::close() { return state_->transport->close(); }

std::uint64_t Publisher::published() const { return state_->published; }
const std::string& Publisher::endpoint() const { return state_->transport->endpoint(); }

Result<std::string> publish(const PublisherSettings& settings, std::string_view modname, std::string_view topic,
                            std::string_view msg) {
    auto publisher = Publisher::open(settings);
    if (!publisher) return publisher.problems();
    auto id = publisher->publish(modname, topic, msg);
    const auto why = publisher->close();
    if (id && why) return *why;
    return id;
}

}  // namespace fedmsgbot
