#include "formatters/template/lexer.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace fedmsgbot::tmpl {

namespace {

using Kind = Token::Kind;

constexpr std::string_view white = " \t\r\n";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view left_trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(white);
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::string_view right_trimmed(std::string_view text) { return text.substr(0, text.find_last_not_of(white) + 1); }

class Lexer {
public:
    explicit Lexer(std::string_view source) : source_(source) {}

    std::vector<Token> whole_template() {
        while (at_ < source_.size()) data();
        return finish();
    }

    std::vector<Token> whole_expression() {
        expression(Kind::end);
        return finish();
    }

private:
    std::vector<Token> finish() {
        add(Kind::end, source_.size(), 0);
        return std::move(tokens_);
    }

    void add(Kind kind, std::size_t offset, std::size_t size) {
        tokens_.push_back({kind, source_.substr(offset, size), offset});
    }

    std::string_view rest() const { return source_.substr(at_); }

    // Up to the next brace, and through what it opens.
    void data() {
        auto open = source_.find('{', at_);
        while (open != std::string_view::npos && !opens(open)) open = source_.find('{', open + 1);
        auto text = source_.substr(at_, open == std::string_view::npos ? open : open - at_);
        const auto begin = at_;
        const auto* start = text.data();
        if (std::exchange(trims_next_, false)) text = left_trimmed(text);
        const auto skipped = text.empty() ? 0 : static_cast<std::size_t>(text.data() - start);
        if (open != std::string_view::npos && open + 2 < source_.size() && source_[open + 2] == '-')
            text = right_trimmed(text);
        if (!text.empty()) add(Kind::data, begin + skipped, text.size());
        at_ = open == std::string_view::npos ? source_.size() : open;
        if (at_ < source_.size()) construct();
    }

    bool opens(std::size_t brace) const {
        return brace + 1 < source_.size() && std::string_view("{%#").find(source_[brace + 1]) != std::string_view::npos;
    }

    void construct() {
        const auto begin = at_;
        const char kind = source_[at_ + 1];
        at_ += 2;
        if (kind == '#') return comment(begin);
        if (at_ < source_.size() && source_[at_] == '-') ++at_;
        add(kind == '{' ? Kind::begin_output : Kind::begin_block, begin, 2);
        expression(kind == '{' ? Kind::end_output : Kind::end_block);
    }

    void comment(std::size_t begin) {
        const auto close = source_.find("#}", at_);
        if (close == std::string_view::npos) throw Mistake{begin, "this comment has no end: #} is missing"};
        trims_next_ = close > at_ && source_[close - 1] == '-';
        at_ = close + 2;
    }

    // Tokens up to what closes the construct; for a bare expression, to the end.
    void expression(Kind closing) {
        const auto begin = at_ < 2 ? 0 : at_ - 2;
        const std::string_view close = closing == Kind::end_output ? "}}" : "%}";
        for (;;) {
            const auto next = source_.find_first_not_of(white, at_);
            at_ = next == std::string_view::npos ? source_.size() : next;
            if (at_ == source_.size()) {
                if (closing != Kind::end) throw Mistake{begin, fmt::format("this is not closed: {} is missing", close)};
                return;
            }
            if (closing != Kind::end && braces_ == 0 && closes(close, closing)) return;
            token();
        }
    }

    bool closes(std::string_view close, Kind closing) {
        const bool has_dash = rest().starts_with('-') && rest().substr(1).starts_with(close);
        if (!has_dash && !rest().starts_with(close)) return false;
        trims_next_ = has_dash;
        add(closing, at_, close.size() + has_dash);
        at_ += close.size() + has_dash;
        return true;
    }

    void token() {
        const char c = source_[at_];
        if (is_letter(c)) {
            std::size_t end = at_;
            while (end < source_.size() && (is_letter(source_[end]) || is_digit(source_[end]))) ++end;
            add(Kind::name, at_, end - at_);
            at_ = end;
        } else if (is_digit(c)) {
            number();
        } else if (c == '"' || c == '\'') {
            string(c);
        } else {
            sign();
        }
    }

    void number() {
        std::size_t end = at_;
        while (end < source_.size() && is_digit(source_[end])) ++end;
        const bool is_real = end + 1 < source_.size() && source_[end] == '.' && is_digit(source_[end + 1]);
        if (is_real)
            for (++end; end < source_.size() && is_digit(source_[end]);) ++end;
        add(is_real ? Kind::real : Kind::integer, at_, end - at_);
        at_ = end;
    }

    void string(char quote) {
        std::size_t end = at_ + 1;
        while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
        if (end >= source_.size()) throw Mistake{at_, "this text has no end: its closing quote is missing"};
        add(Kind::string, at_ + 1, end - at_ - 1);
        at_ = end + 1;
    }

    void sign() {
        static constexpr std::array<std::string_view, 24> signs = {"==", "!=", "<=", ">=", "//", "<", ">", "+",
                                                                   "-",  "*",  "/",  "%",  "~",  "|", "(", ")",
                                                                   "[",  "]",  "{",  "}",  ",",  ".", ":", "="};
        for (const auto sign : signs) {
            if (!rest().starts_with(sign)) continue;
            if (sign == "{") ++braces_;
            if (sign == "}" && braces_ > 0) --braces_;
            add(Kind::sign, at_, sign.size());
            at_ += sign.size();
            return;
        }
        throw Mistake{at_, fmt::format("`{}` has no meaning here", source_.substr(at_, 1))};
    }

    std::string_view source_;
    std::size_t at_ = 0;
    std::size_t braces_ = 0;
    bool trims_next_ = false;
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex_template(std::string_view source) { return Lexer(source).whole_template(); }
std::vector<Token> lex_expression(std::string_view source) { return Lexer(source).whole_expression(); }

}  // namespace fedmsgbot::tmpl
