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
        "<label for=\"f-{0}\"{5}>{1}</label><input id=\"f-{0}\" name=\"{0}\" type=\"search\" value=\"{2}\" "
        "maxlength=\"{3}\" placeholder=\"{4}\" autocapitalize=\"none\" autocomplete=\"off\" spellcheck=\"false\"> ",
        field.name, field.label, escape(value), TimelineFilter::most_value, field.example,
        field.name == search.name ? " class=\"unseen\"" : "");
}

std::string chip(const TimelineFilter::Part& part, const FilterLinks& links) {
    const bool is_negated = part.name.starts_with("not_");
    const auto name = is_negated ? part.name.substr(4) : part.name;
    std::string contrary;
    if (!part.query_negated.empty())
        contrary = fmt::format("<a href=\"{}\" title=\"{}\">{}</a> ", links.to(part.query_negated),
                               is_negated ? "Show these only" : "Show all but these", is_negated ? "only" : "except");
    return fmt::format(
        "<li class=\"c on\"><span class=\"k\">{}{}</span> <bdi>{}</bdi> {}<a href=\"{}\" title=\"Remove this filter\">"
        "<span aria-hidden=\"true\">×</span><span class=\"unseen\">remove</span></a></li>",
        is_negated ? "not " : "", name == "category" ? "service" : name, escape(part.value), contrary,
        links.to(part.query_without));
}

}  // namespace

std::string FilterLinks::to(const std::string& query, std::string_view more) const {
    const auto whole = joined_queries(joined_queries(query, is_folded ? folded_query : ""), more);
    const auto front = root.empty() ? std::string("./") : root;
    return whole.empty() ? front : front + '?' + escape(whole);
}

std::string filter_form(const FilterLinks& links) {
    auto rest = links.filter.parts();
    std::string out = "<form class=\"filter\" action=\"./\" role=\"search\">" + input(search, rest);
    out += "<button>Search</button> ";
    std::string more;
    for (const auto& field : fields) more += "<div>" + input(field, rest) + "</div>";
    out += fmt::format("<details><summary>Filters</summary><div class=\"fields\">{}</div></details>", more);
    for (const auto& part : rest)
        out += fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", part.name, escape(part.value));
    if (links.is_folded) out += "<input type=\"hidden\" name=\"grouped\" value=\"true\">";
    return out + "</form>\n";
}

std::string filter_chips(const FilterLinks& links) {
    const auto parts = links.filter.parts();
    if (parts.empty()) return {};
    std::string out = "<ul class=\"active\" aria-label=\"Active filters\">";
    for (const auto& part : parts) out += chip(part, links);
    if (parts.size() > 1) out += fmt::format("<li><a href=\"{}\">Remove all</a></li>", links.to(std::string()));
    return out + "</ul>\n";
}

std::string filter_name(const TimelineFilter& filter) {
    std::string out;
    for (const auto& part : filter.parts()) {
        const bool is_negated = part.name.starts_with("not_");
        out += fmt::format("{}{}{}", out.empty() ? "" : ", ", is_negated ? "not " : "", part.value);
    }
    return shorten(out, 120);
}

std::string joined_queries(std::string_view first, std::string_view second) {
    return fmt::format("{}{}{}", first, first.empty() || second.empty() ? "" : "&", second);
}

}  // namespace fedmsgbot
