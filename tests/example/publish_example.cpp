// Publishes two signed messages from a C++ program: publish_example ENDPOINT CERTIFICATE KEY. docs/publishing.md
// explains it; the tests build and run it.
#include <cstdio>

#include "bot/publish/publisher.h"

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("publish_example ENDPOINT CERTIFICATE KEY\n", stderr);
        return 2;
    }
    fedmsgbot::PublisherSettings settings;
    settings.environment = "dev";
    settings.bind = argv[1];  // or settings.relay, to connect
    settings.cert_file = argv[2];
    settings.key_file = argv[3];
    settings.wait = std::chrono::seconds(30);

    auto publisher = fedmsgbot::Publisher::open(settings);
    if (!publisher) {
        std::fputs(describe(publisher.problems()).c_str(), stderr);
        return 1;
    }
    for (const auto* msg : {R"({"name": "kernel", "state": "done"})", R"({"name": "bash", "state": "done"})"}) {
        const auto id = publisher->publish("example", "build.done", msg);
        if (!id) {
            std::fputs(describe(id.problems()).c_str(), stderr);
            return 1;
        }
        std::printf("%s\n", id->c_str());
    }
    if (const auto problem = publisher->close()) {
        std::fputs((describe(*problem) + "\n").c_str(), stderr);
        return 1;
    }
    return 0;
}
