#include <algorithm>

#include <fmt/format.h>

#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/filter_view.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/page.h"
#include "bridges/timeline/stats.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr int plot_height = 100;
constexpr int bar_width = 10;  // with the gap of 2

// 1,234,567
std::string grouped(std::int64_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string messages(std::int64_t number) {
    return fmt::format("{} message{}", grouped(number), number == 1 ? "" : "s");
}

// The heights in whole units; what is not nothing is seen.
std::int64_t height(std::int64_t value, std::int64_t most) {
    return value == 0 ? 0 : std::max<std::int64_t>(value * plot_height / most, 1);
}

template <class Label>
std::string plot(const Stats::Plot& plot, std::string_view heading, const Label& label) {
    const auto most = std::max<std::int64_t>(*std::max_element(plot.messages.begin(), plot.messages.end()), 1);
    std::string bars;
    for (std::size_t i = 0; i < plot.messages.size(); ++i) {
        const auto tall = height(plot.messages[i], most);
        if (tall == 0) continue;
        bars += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}: {}</title></rect>",
                            static_cast<int>(i) * bar_width, plot_height - tall, bar_width - 2, tall,
                            label(plot.first + static_cast<std::int64_t>(i)), messages(plot.messages[i]));
    }
    const auto last = plot.first + static_cast<std::int64_t>(plot.messages.size()) - 1;
    return fmt::format(
        "<figure><figcaption>{0} <span class=\"m\">at most {1}</span></figcaption>"
        "<svg class=\"plot\" viewBox=\"0 0 {2} {3}\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"{0}: at most {1}\">{4}</svg>"
        "<p class=\"m ends\"><span>{5}</span><span>{6}</span></p></figure>\n",
        heading, messages(most), static_cast<int>(plot.messages.size()) * bar_width, plot_height, bars,
        label(plot.first), label(last));
}

std::string hour_label(std::int64_t hour) {
    const SystemTime time{std::chrono::hours(hour)};
    return fmt::format("{} {}", iso_time(time).substr(0, 10), clock_time(time));
}

std::string day_label(std::int64_t day) { return iso_time(SystemTime(std::chrono::days(day))).substr(0, 10); }

FilterField field_of(std::string_view kind) {
    if (kind == "category") return FilterField::category;
    if (kind == "topic") return FilterField::topic;
    return kind == "package" ? FilterField::package : FilterField::user;
}

std::string row(const Stats::Ranking& ranking, const TimelineTallies::Name& name, std::int64_t most) {
    const TimelineFilter everything;
    const auto address = FilterLinks{"", everything}.to(everything.with({field_of(ranking.kind), false, name.name}));
    return fmt::format(
        "<li><a href=\"{}\" dir=\"auto\">{}</a> <span class=\"m\">{}</span>"
        "<svg viewBox=\"0 0 {} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        "<rect width=\"{}\" height=\"1\"/></svg></li>\n",
        address, escape(name.name), grouped(name.messages), plot_height, height(name.messages, most));
}

std::string table(const Stats::Ranking& ranking) {
    if (ranking.names.empty()) return {};
    std::string out = fmt::format("<section><h2>{}</h2>\n<ol>\n", ranking.heading);
    for (const auto& name : ranking.names) out += row(ranking, name, ranking.names.front().messages);
    return out + "</ol></section>\n";
}

std::string ranges(std::int64_t shown) {
    std::string out = "<p class=\"ways\">";
    for (const std::int64_t days : {std::int64_t{1}, Stats::usual_days, std::int64_t{30}}) {
        const auto name = days == 1 ? std::string("Today") : fmt::format("{} days", days);
        out += days == shown ? fmt::format("<strong aria-current=\"page\">{}</strong> ", name)
                             : fmt::format("<a href=\"stats?days={}\">{}</a> ", days, name);
    }
    return out + fmt::format("<a href=\"stats.json?days={}\">JSON</a></p>\n", shown);
}

std::string sums(const Stats& stats) {
    const auto when = stats.days == 1 ? std::string("today") : fmt::format("in {} days", stats.days);
    if (stats.messages == 0) return fmt::format("<p class=\"lead\">No messages {}.</p>\n", when);
    return fmt::format("<p class=\"lead\">{} {}, of which {} told of a failure.</p>\n", messages(stats.messages), when,
                       grouped(stats.failed));
}

}  // namespace

std::string stats_view(const TimelineSettings& settings, const Stats& stats) {
    PageFrame frame;
    frame.title = settings.title;
    frame.heading = fmt::format("Numbers · {}", settings.title);
    frame.body_class = "topics numbers";
    if (stats.days == Stats::usual_days) frame.canonical = settings.public_url + "/stats";
    auto content = "<h1>Numbers</h1>\n" + sums(stats) + ranges(stats.days);
    content += plot(stats.by_hour, "The last 48 hours", hour_label);
    content += plot(stats.by_day, "The last 90 days", day_label);
    content += "<div class=\"rankings\">\n";
    for (const auto& ranking : stats.rankings) content += table(ranking);
    return whole_page(frame, content + "</div>\n");
}

}  // namespace fedmsgbot
