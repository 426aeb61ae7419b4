#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bot/core/message.h"
#include "formatters/template/print.h"
#include "formatters/template/template.h"
#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;

namespace {

constexpr std::size_t most_bytes = 4096;

// What senders send, and what they should not.
std::vector<Message> messages() {
    const std::string deep = std::string(90, '[') + "1" + std::string(90, ']');
    const std::string bodies[] = {
        R"({"text": "rpms/harp-1.0-2.fc41: fix #12\n@ilse", "n": 1, "real": 2.5, "yes": true, "nothing": null,)"
        R"("list": ["b", "a", 3, null], "object": {"name": "ilse", "id": 4}, "state": 1,)"
        R"("people": {"a": {"name": "ilse"}, "b": {"name": "mirko"}}, "files": [{"path": "x/y"}, {"path": "z"}]})",
        R"({"text": {"a": []}, "list": {}, "people": [[1, 2], [3]], "object": [], "deep": )" + deep + "}",
        R"({"long": ")" + std::string(20'000, 'a') + R"(", "list": [)" +
            [] {
                std::string items = "{}";
                for (int n = 0; n < 3000; ++n) items += ",{\"name\":\"a\"}";
                return items;
            }() +
            "]}",
        "null",
    };
    std::vector<Message> made;
    for (const auto& body : bodies) {
        auto message = Message::parse(R"({"topic": "org.fedoraproject.prod.git.receive", "username": "apache",)"
                                      R"("timestamp": 1400000000, "msg_id": "2014-abc", "msg": )" +
                                      body + "}");
        promise(message.has_value(), "the fixed messages are messages");
        made.push_back(std::move(message).value());
    }
    return made;
}

// What a rule file has around its templates.
struct Bench {
    tmpl::Scope scope;
    std::vector<tmpl::NodePtr> named;
    std::vector<tmpl::NamedValue> values;
    Accounts accounts{{"mirko", "m"}};
    tmpl::Avatars avatars;
    std::vector<Message> all = messages();
    std::unique_ptr<tmpl::Context> context = std::make_unique<tmpl::Context>();

    Bench() {
        scope.maps["state"] = {{"0", "tuned"}, {"1", "broke"}};
        named.push_back(tmpl::compile_expression("msg.object", scope, [](std::size_t) { return Position{}; }).value());
        scope.named.emplace_back("who");
    }

    void start(const Message& message) {
        context->start(message);
        values.assign(named.size(), {});
        context->named = named;
        context->named_values = values;
        context->accounts = &accounts;
        context->avatars = &avatars;
    }
};

void promise_good_problems(const Problems& problems, std::string_view source) {
    promise(problems.size() == 1 && !problems[0].text.empty(), "one problem, which says what it is");
    promise(problems[0].where.line == 1, "a problem has a position");
    promise(problems[0].where.column >= 1 && static_cast<std::size_t>(problems[0].where.column) <= source.size() + 1,
            "a problem is inside the source");
}

}  // namespace

// A template, and the same bytes as an expression.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Bench bench;
    const std::string_view source(reinterpret_cast<const char*>(data), size);
    const auto locate = [](std::size_t offset) { return Position{"fuzz.toml", 1, static_cast<int>(offset) + 1}; };
    const auto made = tmpl::Template::compile(source, bench.scope, locate);
    const auto expression = tmpl::compile_expression(source, bench.scope, locate);
    if (!made) promise_good_problems(made.problems(), source);
    if (!expression) promise_good_problems(expression.problems(), source);
    for (const auto& message : bench.all) {
        std::string out;
        if (made) {
            bench.start(message);
            made->render(*bench.context, out, most_bytes);
            promise(out.size() <= most_bytes, "a template's output is bounded");
        }
        if (expression) {
            bench.start(message);
            const auto value = (*expression)->evaluate(*bench.context);
            out.clear();
            bench.context->print_to(out, value, most_bytes);
            promise(is_valid_utf8(out) || !is_valid_utf8(source), "values are valid UTF-8");
        }
    }
    return 0;
}
