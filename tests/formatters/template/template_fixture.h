#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "bot/core/message.h"
#include "formatters/template/template.h"

namespace fedmsgbot::testing {

// Renders single templates and expressions on a message's body, as a rule does.
class Workbench {
public:
    explicit Workbench(const std::string& body = "{}", const std::string& topic = "org.fedoraproject.prod.git.receive")
        : message_(parsed(body, topic)) {}

    tmpl::Scope scope;
    std::vector<tmpl::NodePtr> named;
    Accounts accounts;

    // The mistake as a problem's text; empty where there is none.
    std::string mistake(const std::string& source) const {
        const auto made = tmpl::Template::compile(source, scope, locate);
        return made ? "" : describe(made.problems());
    }

    void name(const std::string& name, const std::string& expression) {
        named.push_back(tmpl::compile_expression(expression, scope, locate).value());
        scope.named.push_back(name);
    }

    std::string render(const std::string& source, std::size_t most_bytes = 16 * 1024) {
        const auto made = tmpl::Template::compile(source, scope, locate);
        if (!made) throw std::runtime_error(describe(made.problems()));
        context_->start(message_);
        values_.assign(named.size(), {});
        context_->named = named;
        context_->named_values = values_;
        context_->accounts = &accounts;
        context_->avatars = &avatars_;
        std::string out;
        made->render(*context_, out, most_bytes);
        return out;
    }

    // What `{{ expression }}` prints.
    std::string print(const std::string& expression) { return render("{{ " + expression + " }}"); }

private:
    static Message parsed(const std::string& body, const std::string& topic) {
        return Message::parse(R"({"topic": ")" + topic + R"(", "username": "apache", "timestamp": 1400000000, )" +
                              R"("msg_id": "2014-abc", "msg": )" + body + "}")
            .value();
    }

    static Position locate(std::size_t offset) { return {"rules.toml", 7, static_cast<int>(offset) + 1}; }

    Message message_;
    std::unique_ptr<tmpl::Context> context_ = std::make_unique<tmpl::Context>();
    tmpl::Avatars avatars_;
    std::vector<tmpl::NamedValue> values_;
};

}  // namespace fedmsgbot::testing
