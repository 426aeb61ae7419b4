#include "bridges/timeline/timeline_filter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

struct FieldName {
    FilterField field;
    std::string_view name;
};

constexpr std::array<FieldName, 5> field_names = {{{FilterField::topic, "topic"},
                                                   {FilterField::category, "category"},
                                                   {FilterField::package, "package"},
                                                   {FilterField::user, "user"},
                                                   {FilterField::contains, "contains"}}};

constexpr std::string_view negation = "not_";
constexpr std::int64_t most_delta = 100LL * 366 * 86400;
constexpr std::int64_t most_time = 4'700'000'000;  // in 2118: a time and a delta together fit SystemTime

std::optional<FilterField> field_of(std::string_view name) {
    for (const auto& known : field_names)
        if (known.name == name) return known.field;
    return {};
}

std::optional<std::int64_t> read_seconds(std::string_view text) {
    std::int64_t seconds = 0;
    // datagrepper's clients send fractions.
    text = text.substr(0, text.find('.'));
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
    if (seconds < 0 || seconds > most_time) return {};
    return seconds;
}

// As the index will see them, or more: it takes what punctuation parts for words of their own.
std::size_t words_in(std::string_view text) {
    std::size_t words = 0;
    bool is_within = false;
    for (const char c : text) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                               static_cast<signed char>(c) < 0;
        if (is_letter && !is_within) ++words;
        is_within = is_letter;
    }
    return words;
}

std::string query_of(const std::vector<std::pair<std::string, std::string>>& parameters, std::size_t left_out) {
    std::string out;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (i == left_out) continue;
        if (!out.empty()) out += '&';
        out += parameters[i].first + '=' + percent_encoded(parameters[i].second);
    }
    return out;
}

}  // namespace

std::string FilterTerm::name() const {
    const auto* found = std::find_if(field_names.begin(), field_names.end(),
                                     [this](const auto& known) { return known.field == field; });
    return std::string(is_negated ? negation : "") + std::string(found->name);
}

TimelineFilter::Reading TimelineFilter::read(const PageTarget& target) {
    Reading reading;
    for (const auto& [name, value] : target.parameters) {
        const auto cleaned = clean_line(value, most_value + 1);
        if (cleaned.empty()) continue;
        reading.mistake = reading.filter.read_parameter(name, cleaned);
        if (!reading.mistake.empty()) return reading;
    }
    const auto times = reading.filter.times(SystemTime());
    if (reading.filter.start_ && reading.filter.end_ && times.from > times.to)
        reading.mistake = "The parameter “start” is later than “end”.";
    return reading;
}

std::string TimelineFilter::read_parameter(std::string_view name, std::string_view value) {
    if (name == "start" || name == "end") {
        const auto seconds = read_seconds(value);
        const auto time = seconds ? SystemTime(std::chrono::seconds(*seconds)) : read_iso_time(value);
        if (!time)
            return fmt::format(
                "The parameter “{}” must be a time: seconds since 1970, or like {}=2026-11-24 or "
                "{}=2026-11-24T13:05:09Z.",
                name, name, name);
        (name == "start" ? start_ : end_) = time;
        return {};
    }
    if (name == "delta") {
        const auto seconds = read_seconds(value);
        if (!seconds || *seconds > most_delta) return "The parameter “delta” must be a number of seconds.";
        delta_ = std::chrono::seconds(*seconds);
        return {};
    }
    FilterTerm term;
    term.is_negated = name.starts_with(negation);
    const auto field = field_of(term.is_negated ? name.substr(negation.size()) : name);
    if (!field) return {};
    term.field = *field;
    term.value = value;
    return add(std::move(term));
}

std::string TimelineFilter::add(FilterTerm term) {
    if (std::find(terms_.begin(), terms_.end(), term) != terms_.end()) return {};
    if (term.value.size() > most_value)
        return fmt::format("The parameter “{}” is too long: at most {} bytes.", term.name(), most_value);
    if (terms_.size() >= most_terms)
        return fmt::format("The parameter “{}” is one too many: at most {} conditions.", term.name(), most_terms);
    if (term.field == FilterField::topic && !TopicPattern::parse(term.value))
        return fmt::format("The parameter “{}” must be a topic or a pattern like bodhi.update.* or git.#.",
                           term.name());
    if (term.field == FilterField::contains) {
        auto words = words_in(term.value);
        for (const auto& other : terms_)
            if (other.field == FilterField::contains) words += words_in(other.value);
        if (words > most_words)
            return fmt::format("The parameter “{}” asks for one word too many: at most {}.", term.name(), most_words);
    }
    terms_.push_back(std::move(term));
    return {};
}

TimelineFilter TimelineFilter::with(FilterTerm term) const {
    auto narrowed = *this;
    const auto mistake = narrowed.add(std::move(term));
    return mistake.empty() ? narrowed : *this;
}

TimelineFilter::Times TimelineFilter::times(SystemTime now) const {
    Times times;
    if (start_) times.from = *start_;
    if (end_) times.to = *end_;
    if (delta_ && start_ && !end_) times.to = *start_ + *delta_;
    if (delta_ && !start_) times.from = end_.value_or(now) - *delta_;
    return times;
}

std::vector<std::pair<std::string, std::string>> TimelineFilter::parameters() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& term : terms_) out.emplace_back(term.name(), term.value);
    if (start_) out.emplace_back("start", iso_time(*start_));
    if (end_) out.emplace_back("end", iso_time(*end_));
    if (delta_) out.emplace_back("delta", std::to_string(delta_->count()));
    return out;
}

std::string TimelineFilter::query() const {
    const auto all = parameters();
    return query_of(all, all.size());
}

std::vector<TimelineFilter::Part> TimelineFilter::parts() const {
    const auto all = parameters();
    std::vector<Part> out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        out.push_back({all[i].first, all[i].second, query_of(all, i), {}});
        if (i >= terms_.size()) continue;
        auto contrary = *this;
        contrary.terms_[i].is_negated = !contrary.terms_[i].is_negated;
        out.back().query_negated = contrary.query();
    }
    return out;
}

}  // namespace fedmsgbot
