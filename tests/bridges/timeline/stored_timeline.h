#pragma once

#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/bridges/timeline/pages.h"

namespace fedmsgbot::testing {

// Pages of a site with a name, for what the answers to programs say.
struct StoredTimeline : Pages {
    explicit StoredTimeline(std::string public_url = "https://bus.example.org") {
        settings.public_url = std::move(public_url);
        settings.title = "The bus";
    }

    int count = 0;

    void add(const Line& line, SystemTime at) {
        ++count;
        const auto message = message_of(fmt::format(
            R"({{"topic":"org.fedoraproject.prod.{}.x","msg_id":"2026-{}","msg":{{}}}})", "service", count));
        store.insert({{*message, line, at}});
    }
    // Every second of service `git`, the others `bodhi`; a second and a few milliseconds apart.
    void add_many(int most) {
        for (int i = 1; i <= most; ++i)
            add(*full_line(fmt::format("sentence {}.", i), i % 2 == 0 ? "git" : "bodhi"),
                at_second(1385298000 + i) + std::chrono::milliseconds(i % 1000));
    }
    nlohmann::json ask(const std::string& target, unsigned status = 200) {
        const auto answer = get(target);
        INFO(target << "\n" << answer.body);
        CHECK(answer.status == status);
        CHECK(answer.is_open);
        return nlohmann::json::parse(answer.body);
    }
};

inline std::vector<std::string> texts(const nlohmann::json& list, const std::string& field) {
    std::vector<std::string> out;
    for (const auto& item : list) out.push_back(item.at(field));
    return out;
}

}  // namespace fedmsgbot::testing
