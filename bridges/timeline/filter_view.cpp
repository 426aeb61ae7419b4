#include "bridges/timeline/filter_view.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "bridges/timeline/html.h"

namespace fedmsgbot {

namespace {

struct Field {
    std::string_view name;
    std::string_view label;
    std::string_view example;
};

constexpr Field search = {"contains", "Search the messages", "Words that all occur"};
constexpr std::array<Field, 4> fields = {{{"topic", "Topic", "bodhi.update.*"},
                                          {"category", "Service", "bodhi"},
                                          {"package", "Package", "kernel"},
                                          {"user", "User", "ralph"}}};

using Parts = std::vector<TimelineFilter::Part>;

// The field that shows a part; the others travel unseen, so that to search does not lose them.
std::string input(const Field& field, Parts& rest) {
    const auto shown =
        std::find_if(rest.begin(), rest.end(), [&field](const auto& part) { return part.name == field.name; });
    std::string value;
    if (shown != rest.end()) {
        value = shown->value;
        rest.erase(shown);
    }
    return fmt::format(
        "<label for=\"f-{0}\">{1}</label><input id=\"f-{0}\" name=\"{0}\" type=\"search\" value=\"{2}\" "
        "maxlength=\"{3}\" placeholder=\"{4}\" autocapitalize=\"none\" autocomplete=\"off\" spellcheck=\"false\">",
        field.name, field.label, escape(value), TimelineFilter::most_value, field.example);
}

std::string chip(const TimelineFilter::Part& part) {
    const bool is_negated = part.name.starts_with("not_");
    const auto name = is_negated ? part.name.substr(4) : part.name;
    return fmt::format(
        "<li><a class=\"c on\" href=\"./{}\" title=\"Remove this filter\"><span class=\"k\">{}{}</span> <bdi>{}</bdi> "
        "<span aria-hidden=\"true\">×</span><span class=\"unseen\">, remove</span></a></li>",
        part.query_without.empty() ? std::string() : '?' + escape(part.query_without), is_negated ? "not " : "",
        name == "category" ? "service" : name, escape(part.value));
}

}  // namespace

std::string filter_form(const TimelineFilter& filter) {
    auto rest = filter.parts();
    std::string out = "<form class=\"filter\" action=\"./\" role=\"search\">" + input(search, rest);
    out += "<button>Search</button>";
    std::string more;
    for (const auto& field : fields) more += "<div>" + input(field, rest) + "</div>";
    out += fmt::format("<details><summary>Filters</summary><div class=\"fields\">{}</div></details>", more);
    for (const auto& part : rest)
        out += fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", part.name, escape(part.value));
    return out + "</form>\n";
}

std::string filter_chips(const TimelineFilter& filter) {
    const auto parts = filter.parts();
    if (parts.empty()) return {};
    std::string out = "<ul class=\"active\" aria-label=\"Active filters\">";
    for (const auto& part : parts) out += chip(part);
    if (parts.size() > 1) out += "<li><a href=\"./\">Remove all</a></li>";
    return out + "</ul>\n";
}

std::string filtered_address(const std::string& root, const TimelineFilter& filter) {
    return fmt::format("{}?{}", root.empty() ? "./" : root, escape(filter.query()));
}

std::string filter_name(const TimelineFilter& filter) {
    std::string out;
    for (const auto& part : filter.parts()) {
        const bool is_negated = part.name.starts_with("not_");
        out += fmt::format("{}{}{}", out.empty() ? "" : ", ", is_negated ? "not " : "", part.value);
    }
    return shorten(out, 120);
}

std::string joined_queries(const std::string& first, const std::string& second) {
    return first.empty() || second.empty() ? first + second : first + '&' + second;
}

}  // namespace fedmsgbot
