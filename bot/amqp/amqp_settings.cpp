#include "bot/amqp/amqp_settings.h"

#include <algorithm>
#include <vector>

namespace fedmsgbot {

namespace {

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (;;) {
        const auto dot = text.find('.');
        words.push_back(text.substr(0, dot));
        if (dot == std::string_view::npos) return words;
        text.remove_prefix(dot + 1);
    }
}

// A topic exchange's rule: `*` is one word, `#` any number. Row by row, so that many `#` cost no more.
bool matches(std::string_view key, std::string_view topic) {
    const auto words = words_of(topic);
    std::vector<bool> reached(words.size() + 1);
    reached[0] = true;
    for (const auto part : words_of(key)) {
        std::vector<bool> next(words.size() + 1);
        for (std::size_t n = 0; n <= words.size(); ++n) {
            if (part == "#")
                next[n] = reached[n] || (n > 0 && next[n - 1]);
            else
                next[n] = n > 0 && reached[n - 1] && (part == "*" || part == words[n - 1]);
        }
        reached = std::move(next);
    }
    return reached.back();
}

}  // namespace

std::chrono::milliseconds reconnect_wait(const AmqpBroker& broker, unsigned failures) {
    auto wait = broker.reconnect;
    for (unsigned n = 1; n < failures && wait < broker.reconnect_max; ++n) wait *= 2;
    return std::min(wait, broker.reconnect_max);
}

std::chrono::milliseconds jittered(std::chrono::milliseconds wait, std::minstd_rand& random) {
    return wait * std::uniform_int_distribution<int>(80, 120)(random) / 100;
}

bool AmqpSettings::binds(std::string_view topic) const {
    return bindings.empty() || std::any_of(bindings.begin(), bindings.end(),
                                           [&](const Binding& binding) { return matches(binding.routing_key, topic); });
}

}  // namespace fedmsgbot
