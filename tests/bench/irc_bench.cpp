// Confirmed lines over TLS into a real ngircd that punishes nobody: the real binary with the whole road behind it, and,
// in the same run, a bare writer on Asio that does nothing but write the lines and wait for the server's PONG. Prints a
// table; asserts nothing about time.
#include <chrono>
#include <sstream>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/world.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int lines_a_barrier = 16;  // as the bridge's

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds(int of_whom) {
    rusage used{};
    ::getrusage(of_whom, &used);
    return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

// User and system time of a process that still runs.
double cpu_seconds_of(pid_t process) {
    const auto stat = read_file(fmt::format("/proc/{}/stat", process));
    std::istringstream words(stat.substr(stat.rfind(')') + 1));
    std::string word;
    for (int i = 0; i < 11; ++i) words >> word;
    double user = 0, system = 0;
    words >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

void row(std::string_view what, int count, double seconds, double cpu) {
    fmt::print("{:<34} {:>8} lines {:>9.0f} lines/s {:>8.2f} us CPU/line\n", what, count, count / seconds,
               cpu / count * 1e6);
}

std::string text_of(int number) { return fmt::format("Number {} of a benchmark", number); }

void measure_bot(const Ngircd& server, int count) {
    const TempFolder folder;
    std::string all;
    for (int i = 0; i < count; ++i)
        all += fmt::format(
            R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"2026-{}","msg":{{"message":"{}","link":"https://example.org/{}"}}}})"
            "\n",
            i, text_of(i), i);
    write_file(folder / "messages.jsonl", all);
    const IrcReader reader(server.port(), "#bench", {.nick = "reader"});
    BotProcess bot(folder, fmt::format(R"(state_dir = "{}"
[source.recorded]
kind = "file"
path = "{}"
[bridge.net]
kind = "irc"
server = "localhost"
port = {}
ca_file = "{}"
nick = "bench"
flood_exempt = true
[[route]]
name = "all"
topics = ["#"]
to = ["net/#bench"]
)",
                                       (folder / "state").string(), (folder / "messages.jsonl").string(),
                                       server.tls_port(), server.ca_file().string()));
    reader.wait_for_join("bench");
    const auto start = Clock::now();
    double cpu = 0, seconds = 0;
    while (bot.process().is_running() && seconds < 300) {
        // The process ends soon after its last line was confirmed.
        if (const auto now = cpu_seconds_of(bot.process().id()); now > 0) cpu = now;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        seconds = seconds_since(start);
    }
    row("fedmsgbot, whole road", count, seconds, cpu);
    bot.stop();
    fmt::print("  {}\n  a reader saw {} lines\n", bot.line_with("summary "), reader.lines().size());
}

void measure_bare_writer(const Ngircd& server, int count) {
    const IrcReader reader(server.port(), "#bare", {.nick = "reader2"});
    asio::io_context loop;
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file(server.ca_file().string());
    asio::ssl::stream<asio::ip::tcp::socket> stream(loop, context);
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), server.tls_port()});
    stream.next_layer().set_option(asio::ip::tcp::no_delay(true));
    stream.handshake(asio::ssl::stream_base::client);
    asio::streambuf heard;
    const auto hear = [&](const std::string& text) { heard.consume(asio::read_until(stream, heard, text)); };
    asio::write(stream, asio::buffer(std::string("NICK bare\r\nUSER bare 0 * :bare\r\nJOIN #bare\r\n")));
    hear(" 366 ");
    const auto start = Clock::now();
    const auto cpu = cpu_seconds(RUSAGE_THREAD);
    for (int i = 0; i < count;) {
        std::string bytes;
        for (int line = 0; line < lines_a_barrier && i < count; ++line, ++i)
            bytes += fmt::format("NOTICE #bare :announce.announcement -- {} https://example.org/{}\r\n", text_of(i), i);
        bytes += "PING :bare\r\n";
        asio::write(stream, asio::buffer(bytes));
        hear(" PONG ");
    }
    row("a bare writer on Asio", count, seconds_since(start), cpu_seconds(RUSAGE_THREAD) - cpu);
}

}  // namespace

int main(int argc, char** argv) {
    const auto count = argc > 1 ? std::stoi(argv[1]) : 50000;
    const Ngircd server({.tls = true});
    measure_bare_writer(server, count);
    measure_bot(server, count);
}
