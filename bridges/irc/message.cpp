#include "bridges/irc/message.h"

#include <algorithm>

namespace fedmsgbot {

namespace {

// Takes the next word, up to a blank; `rest` then begins at the word after it.
std::string_view next_word(std::string_view& rest) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return word;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

int numeric_of(std::string_view command) {
    if (command.size() != 3 || !std::all_of(command.begin(), command.end(), is_digit)) return 0;
    return (command[0] - '0') * 100 + (command[1] - '0') * 10 + (command[2] - '0');
}

std::string unescaped(std::string_view value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\') {
            text += value[i];
            continue;
        }
        if (++i == value.size()) break;
        switch (value[i]) {
            case ':':
                text += ';';
                break;
            case 's':
                text += ' ';
                break;
            case 'r':
                text += '\r';
                break;
            case 'n':
                text += '\n';
                break;
            default:
                text += value[i];
        }
    }
    return text;
}

}  // namespace

std::optional<IrcMessage> IrcMessage::parse(std::string_view line) {
    IrcMessage message;
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.starts_with('@')) message.tags = next_word(line).substr(1);
    if (line.starts_with(':')) message.source = next_word(line).substr(1);
    message.command = next_word(line);
    message.numeric = numeric_of(message.command);
    const bool is_word =
        !message.command.empty() && std::all_of(message.command.begin(), message.command.end(), is_letter);
    if (!is_word && message.numeric == 0) return std::nullopt;
    while (!line.empty() && message.parameters.size() < max_parameters) {
        if (line.front() == ':') {
            message.parameters.push_back(line.substr(1));
            break;
        }
        message.parameters.push_back(next_word(line));
    }
    return message;
}

std::string_view IrcMessage::parameter(std::size_t n) const {
    return n < parameters.size() ? parameters[n] : std::string_view{};
}

std::string_view IrcMessage::last() const { return parameters.empty() ? std::string_view{} : parameters.back(); }

std::string_view IrcMessage::nick() const { return source.substr(0, source.find_first_of("!@")); }

std::optional<std::string> IrcMessage::tag(std::string_view key) const {
    std::string_view rest = tags;
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) != key) continue;
        return equals == std::string_view::npos ? std::string{} : unescaped(pair.substr(equals + 1));
    }
    return std::nullopt;
}

std::string irc_line(std::initializer_list<std::string_view> words) {
    std::string line;
    for (const auto& word : words) {
        if (&word != words.begin()) line += ' ';
        const bool is_last = &word == words.end() - 1;
        if (is_last && words.size() > 1 &&
            (word.empty() || word.front() == ':' || word.find(' ') != std::string_view::npos))
            line += ':';
        for (const char c : word)
            if (c != '\r' && c != '\n' && c != '\0' && (is_last || c != ' ')) line += c;
    }
    return line;
}

}  // namespace fedmsgbot
