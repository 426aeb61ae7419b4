// Behind a real web server, below a path of its own: Debian's nginx.
#include <unistd.h>
#include <csignal>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/timeline/permanent_id.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/bridges/timeline/raw_client.h"
#include "tests/support/http_call.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

// Serves a timeline below /bus/, where it takes the path off, and below /kept/, where it does not.
class Nginx {
public:
    explicit Nginx(std::uint16_t upstream) : port(free_port()) {
        write_file(folder_ / "nginx.conf", configuration(upstream));
        process_ = std::make_unique<Process>(std::vector<std::string>{
            "/usr/sbin/nginx", "-p", folder_.path().string(), "-e", "stderr", "-c", (folder_ / "nginx.conf").string()});
        if (!eventually([this] { return accepts_connections(port); }))
            throw std::runtime_error("nginx does not listen: " + process_->errors());
    }

    const std::uint16_t port;

    std::string url(const std::string& path) const { return fmt::format("http://localhost:{}{}", port, path); }

private:
    std::string configuration(std::uint16_t upstream) const {
        const auto location = [upstream](const std::string& path, const std::string& sent) {
            return fmt::format(
                "location {0}/ {{ proxy_pass http://127.0.0.1:{1}{2}; proxy_set_header X-Forwarded-Prefix {0}; }}\n",
                path, upstream, sent);
        };
        return "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log "
               "off;\n"
               "client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; "
               "scgi_temp_path s;\n"
               "proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
               "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
               "proxy_set_header X-Forwarded-Proto $scheme;\nproxy_set_header X-Forwarded-Host $http_host;\n"
               "server {\nlisten 127.0.0.1:" +
               std::to_string(port) + ";\n" + with_headers(location("/bus", "/")) +
               with_headers(location("/kept", "")) + "}\n}\n";
    }

    // A location that sets a header of its own inherits none.
    static std::string with_headers(std::string location) {
        const std::string inherited =
            "proxy_set_header Connection \"\"; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; "
            "proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host; ";
        return location.insert(location.find('{') + 1, inherited);
    }

    TempFolder folder_;
    std::unique_ptr<Process> process_;
};

TimelineSettings trusting() {
    TimelineSettings settings;
    settings.trusted_proxies.add("127.0.0.1");
    return settings;
}

void add(LiveTimeline& timeline, int first, int last) {
    for (int i = first; i <= last; ++i)
        timeline.add(message(fmt::format("id-{}", i)), full_line(fmt::format("message {}.", i)),
                     at_second(1385298000 + i));
    timeline.deliver();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("behind a trusted web server all links lead below its path, and ids are what they always were") {
    LiveTimeline timeline(trusting());
    add(timeline, 1, 60);
    const Nginx nginx(timeline.port());
    for (const std::string path : {"/bus", "/kept"}) {
        INFO(path);
        const auto page = http_call(nginx.port, "GET", path + "/?user=ralph");
        CHECK(page.status == 200);
        CHECK(has(page.body, "<link rel=\"canonical\" href=\"" + nginx.url(path + "/?user=ralph") + "\">"));
        CHECK(http_call(nginx.port, "GET", path + "/style.css").status == 200);
        const auto feed = json::parse(http_call(nginx.port, "GET", path + "/feed.json").body);
        CHECK(feed["feed_url"] == nginx.url(path + "/feed.json"));
        CHECK(feed["home_page_url"] == nginx.url(path + "/"));
        CHECK(feed["next_url"] == nginx.url(path + "/feed.json?before=11"));
        CHECK(feed["items"][0]["id"] == permanent_id("id-60"));
        CHECK(feed["items"][0]["url"] == nginx.url(path + "/m/60"));
        CHECK(http_call(nginx.port, "GET", path + "/m/60").status == 200);
        const auto atom = http_call(nginx.port, "GET", path + "/feed.atom").body;
        const auto direct = http_call(timeline.port(), "GET", "/feed.atom").body;
        CHECK(has(atom, "href=\"" + nginx.url(path + "/feed.atom") + "\""));
        CHECK(has(direct, "href=\"" + timeline.url("/feed.atom") + "\""));
        const auto id_of = [](const std::string& xml) { return xml.substr(xml.find("<id>"), 60); };
        CHECK(id_of(atom) == id_of(direct));
    }
}

TEST_CASE("a web server that nobody said to trust changes nothing, nor does an address that was set") {
    const auto expected = [](const TimelineSettings& settings, const std::string& base) {
        LiveTimeline timeline(settings);
        add(timeline, 1, 1);
        const Nginx nginx(timeline.port());
        const auto feed = json::parse(http_call(nginx.port, "GET", "/bus/feed.json").body);
        return feed["feed_url"] == (base.empty() ? timeline.url("") : base) + "/feed.json";
    };
    CHECK(expected({}, ""));
    auto settings = trusting();
    settings.public_url = "https://bus.example.org/x";
    settings.is_public_url_set = true;
    CHECK(expected(settings, "https://bus.example.org/x"));
}

TEST_CASE("events come through the web server as they happen") {
    LiveTimeline timeline(trusting());
    const Nginx nginx(timeline.port());
    RawClient reader(nginx.port);
    reader.send(get("/bus/events?user=ralph"));
    CHECK(has(reader.read_until("retry: "), "text/event-stream"));
    for (int i = 1; i <= 3; ++i) {
        add(timeline, i, i);
        CHECK(has(reader.read_until(fmt::format("message {}.", i)), fmt::format("id: {}\n", i)));
    }
}

TEST_CASE("an answer in pieces comes through the web server whole") {
    LiveTimeline timeline(trusting());
    add(timeline, 1, 30);
    const Nginx nginx(timeline.port());
    const auto answer = json::parse(http_call(nginx.port, "GET", "/bus/raw?user=ralph&rows_per_page=5").body);
    CHECK(answer["total"] == 30);
    CHECK(answer["raw_messages"].size() == 5);
}
