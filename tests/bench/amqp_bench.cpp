// A queue of a real broker, read by a bare loop of rabbitmq-c, by the source through the journal, and by the whole bot
// into its timeline; and the time from publishing to the line on IRC. Bare loop and source take turns, `rounds` times
// (the first argument; 3), since both share the machine with the broker and whoever else is there; so the processor's
// time for a message is told beside the rate. Prints a table; asserts nothing about time.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <amqp.h>
#include <amqp_tcp_socket.h>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "bot/amqp/amqp_publisher.h"
#include "bot/amqp/fedora_publication.h"
#include "bot/core/log.h"
#include "bot/source/amqp_source.h"
#include "bot/store/database.h"
#include "bot/store/journal.h"
#include "tests/support/amqp_client.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/process.h"
#include "tests/support/rabbitmq.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int many = 100'000;
constexpr std::uint16_t prefetch = 1000;
const std::string queue = "bench";

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double microseconds(const timeval& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
}

// Of this process, or of the thread that asks.
double processor_time(int whose) {
    rusage used{};
    ::getrusage(whose, &used);
    return microseconds(used.ru_utime) + microseconds(used.ru_stime);
}

// The broker's: of its process, in clock ticks after the name in brackets.
double brokers_time() {
    std::ifstream file(fmt::format("/proc/{}/stat", Rabbitmq::shared().process()));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return 1e6 * (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// What reading the queue took.
struct Reading {
    double rate = 0;                             // messages/s
    double all = 0, own_thread = 0, broker = 0;  // the processor's us a message
};

template <class Read>
Reading measure(Read read) {
    const auto broker = brokers_time(), all = processor_time(RUSAGE_SELF), own = processor_time(RUSAGE_THREAD);
    Reading reading;
    reading.rate = read();
    reading.all = (processor_time(RUSAGE_SELF) - all) / many;
    reading.own_thread = (processor_time(RUSAGE_THREAD) - own) / many;
    reading.broker = (brokers_time() - broker) / many;
    return reading;
}

void row(std::string_view what, double value, std::string_view unit) {
    fmt::print("{:<70} {:>12.1f} {}\n", what, value, unit);
    std::fflush(stdout);
}

AmqpPublication message(int number, std::size_t bytes) {
    FedoraMessage made;
    made.topic = "org.fedoraproject.prod.announce.announcement";
    made.id = fmt::format("{:08x}-0000-4000-8000-{:012}", number * 2654435761U, number);
    made.body = fmt::format(R"({{"message":"message <{:06}>","link":"https://example.org/{}","more":"{}"}})", number,
                            number, std::string(bytes, 'x'));
    made.sent_at = std::chrono::system_clock::now();
    return publication_of(std::move(made));
}

AmqpPublishing publishing() {
    AmqpPublishing made;
    made.host = "127.0.0.1";
    made.port = Rabbitmq::shared().port();
    return made;
}

// Messages a second.
double fill(int first) {
    AmqpPublisher publisher(publishing(), std::chrono::minutes(5));
    std::atomic<int> confirmed = 0, answered = 0;
    const auto start = Clock::now();
    for (int n = 0; n < many; ++n) {
        while (n - answered >= 2000) std::this_thread::sleep_for(std::chrono::microseconds(200));
        publisher.publish(message(first + n, 800), [&](AmqpAnswer answer) {
            confirmed += answer.kind == AmqpAnswer::Kind::confirmed;
            ++answered;
        });
    }
    while (answered < many) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (confirmed != many) throw std::runtime_error("the queue could not be filled");
    return many / seconds_since(start);
}

// The least that can be done with the library: read, and acknowledge each hundredth with all before it.
double read_bare() {
    auto* connection = amqp_new_connection();
    const auto name = amqp_cstring_bytes(queue.c_str());
    if (amqp_socket_open(amqp_tcp_socket_new(connection), "127.0.0.1", Rabbitmq::shared().port()) != AMQP_STATUS_OK)
        throw std::runtime_error("no broker");
    amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
    amqp_channel_open(connection, 1);
    amqp_basic_qos(connection, 1, 0, prefetch, 0);
    const auto start = Clock::now();
    amqp_basic_consume(connection, 1, name, amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    for (int n = 1; n <= many; ++n) {
        amqp_envelope_t envelope;
        amqp_maybe_release_buffers(connection);
        if (amqp_consume_message(connection, &envelope, nullptr, 0).reply_type != AMQP_RESPONSE_NORMAL)
            throw std::runtime_error("the bare loop broke off");
        if (n % 100 == 0) amqp_basic_ack(connection, 1, envelope.delivery_tag, 1);
        amqp_destroy_envelope(&envelope);
    }
    const auto seconds = seconds_since(start);
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    return many / seconds;
}

boost::asio::awaitable<void> journal_all(boost::asio::io_context& loop, AmqpSource& source, Journal& journal) {
    const std::vector<std::string> targets{"timeline"};
    // In groups, as the road does; before the broker has to wait for an acknowledgement.
    std::size_t open = 0;
    auto next_commit = Clock::now();
    for (int read = 0; read < many;) {
        const auto messages = co_await source.next();
        for (const auto& one : messages) journal.accept(one, targets, std::chrono::system_clock::now());
        read += static_cast<int>(messages.size());
        open += messages.size();
        if (open < prefetch / 2 && read < many && Clock::now() < next_commit) continue;
        journal.commit();
        source.accepted(std::exchange(open, 0));
        next_commit = Clock::now() + std::chrono::milliseconds(20);
    }
    loop.stop();
}

double read_through_journal() {
    const TempFolder folder;
    Journal journal(folder / "journal.sqlite");
    AmqpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = Rabbitmq::shared().port();
    settings.queue = queue;
    settings.passive = true;
    settings.prefetch = prefetch;
    boost::asio::io_context loop;
    const auto start = Clock::now();
    AmqpSource source(loop.get_executor(), settings);
    boost::asio::co_spawn(loop, journal_all(loop, source, journal), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    });
    loop.run();
    return many / seconds_since(start);
}

std::string configuration(const TempFolder& folder, const std::string& bridge, const std::string& target) {
    return fmt::format(R"(state_dir = "{}"
[source.bus]
kind = "amqp"
url = "{}"
queue = "{}"
passive = true
topics = []
prefetch = {}
{}
[[route]]
name = "all"
topics = ["#"]
to = ["{}"]
)",
                       (folder / "state").string(), Rabbitmq::shared().url(), queue, prefetch, bridge, target);
}

double read_into_timeline() {
    const TempFolder folder;
    const auto bridge = fmt::format("[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:{}\"\n", free_port());
    write_file(folder / "bot.toml", configuration(folder, bridge, "timeline"));
    const auto start = Clock::now();
    Process bot({binary(), "run", "-c", (folder / "bot.toml").string()});
    if (!bot.says("bot.started")) throw std::runtime_error(bot.errors());
    Database timeline(folder / "state" / "timeline.sqlite", 3, "");
    const auto count = [&] {
        auto newest = timeline.prepare("SELECT count(*) FROM entry");
        return newest.step() ? newest.integer(0) : 0;
    };
    while (count() < many && seconds_since(start) < 300) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto rate = many / seconds_since(start);
    bot.signal(SIGTERM);
    bot.wait(std::chrono::seconds(60));
    return rate;
}

void measure_latency() {
    constexpr int count = 2000, a_second = 100;
    const TempFolder folder;
    const Ngircd ircd;
    const IrcReader reader(ircd.port(), "#bench");
    const auto bridge = fmt::format(
        "[bridge.irc]\nkind = \"irc\"\nserver = \"127.0.0.1\"\nport = {}\ntls = false\nnick = \"bot\"\n"
        "flood_exempt = true\n",
        ircd.port());
    write_file(folder / "bot.toml", configuration(folder, bridge, "irc/#bench"));
    Process bot({binary(), "run", "-c", (folder / "bot.toml").string()});
    if (!bot.says("irc.joined")) throw std::runtime_error(bot.errors());
    AmqpPublisher publisher(publishing());
    std::map<std::string, Clock::time_point> published;
    auto next = Clock::now();
    for (int n = 0; n < count; ++n, next += std::chrono::milliseconds(1000 / a_second)) {
        std::this_thread::sleep_until(next);
        published[fmt::format("<{:06}>", 900'000 + n)] = Clock::now();
        publisher.publish(message(900'000 + n, 100), [](AmqpAnswer) {});
    }
    reader.wait_for(count);
    std::vector<double> milliseconds;
    for (const auto& line : reader.lines()) {
        const auto at = line.text.find('<');
        const auto sent = at == std::string::npos ? published.end() : published.find(line.text.substr(at, 8));
        if (sent != published.end())
            milliseconds.push_back(std::chrono::duration<double, std::milli>(line.at - sent->second).count());
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    if (milliseconds.empty()) throw std::runtime_error("nothing was said: " + bot.errors());
    row("lines said of 2000 published, 100 a second", static_cast<double>(milliseconds.size()), "lines");
    row("from publishing to the line on IRC, p50", milliseconds[milliseconds.size() / 2], "ms");
    row("from publishing to the line on IRC, p99", milliseconds[milliseconds.size() * 99 / 100], "ms");
    bot.signal(SIGTERM);
    bot.wait(std::chrono::seconds(60));
}

}  // namespace

int main(int count, char** words) {
    log::set_level(log::Level::warn);
    const int rounds = count > 1 ? std::atoi(words[1]) : 3;
    AmqpClient(Rabbitmq::shared().port()).make_queue(queue);
    int first = 0;
    row("publishing with confirmations, 1 KB", fill(first), "messages/s");
    std::vector<double> shares;
    for (int round = 0; round < rounds; ++round) {
        const auto bare = measure(read_bare);
        row("a bare loop of rabbitmq-c, 100,000 in the queue", bare.rate, "messages/s");
        row("  the processor's time, the loop", bare.all, "us");
        row("  the processor's time, the broker", bare.broker, "us");
        fill(first += many);
        const auto journaled = measure(read_through_journal);
        row("the source, through the journal", journaled.rate, "messages/s");
        row("  the processor's time, journal and what goes before it", journaled.own_thread, "us");
        row("  the processor's time, the source's thread", journaled.all - journaled.own_thread, "us");
        row("  the processor's time, the broker", journaled.broker, "us");
        shares.push_back(100 * journaled.rate / bare.rate);
        row("  of the bare loop", shares.back(), "%");
        fill(first += many);
    }
    std::sort(shares.begin(), shares.end());
    row("the source of the bare loop, in the middle", shares[shares.size() / 2], "%");
    row("the bot's start and all of it into the timeline", read_into_timeline(), "messages/s");
    measure_latency();
}
