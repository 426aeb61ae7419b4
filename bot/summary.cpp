#include "bot/summary.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

// A network of two hundred channels that is full must not fill the log's line.
constexpr std::size_t most_barred = 20;
constexpr std::size_t longest_why = 120;

// A sentence as a name in the summary: `suspect:the-certificate-is-revoked`.
std::string as_word(std::string_view sentence) {
    std::string word = "suspect:";
    for (const char c : sentence) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_plain || !word.ends_with('-')) word += is_plain ? c : '-';
    }
    return word;
}

}  // namespace

std::string Summary::text() const {
    auto out = fmt::format("received={} formatted={} delivered={} pending={} lost={}", sources.received, road.formatted,
                           outboxes.delivered, pending, lost);
    for (const auto& [target, count] : delivered) out += fmt::format(" {}={}", target, count);
    const auto add = [&](std::string_view name, std::uint64_t count) {
        if (count > 0) out += fmt::format(" {}={}", name, count);
    };
    add("malformed", sources.malformed);
    add("gaps", sources.gaps);
    add("redelivered", sources.redelivered);
    add("outages", catch_up.outages);
    add("outages_unfetched", catch_up.unfetched);
    add("late", catch_up.late);
    add("late_unreadable", catch_up.unreadable);
    add("archive_failures", catch_up.failures);
    add("unwanted", sources.unwanted);
    add("duplicates", road.duplicates);
    add("silenced", road.silenced);
    add("twins", road.twins);
    add("unrouted", road.unrouted);
    add("rejected", outboxes.rejected);
    add("expired", outboxes.expired + road.expired);
    add("retries", outboxes.retries);
    add("complaints", complaints);
    add("forged", road.forged);
    add("unfit", road.unfit);
    add("condensed", road.condensed);
    add("collapsed", road.collapsed);
    add("digested", road.digested);
    add("sentences", road.sentences);
    add("merged", road.merged);
    add("deduped", road.deduped);
    add("kept", road.kept);
    add("abandoned", road.abandoned);
    add("unreadable", road.unreadable);
    add("genuine", trust.genuine);
    add("unsigned", trust.unsigned_messages);
    add("invalid", trust.invalid);
    add("distrusted", trust.distrusted);
    add("fetch_failures", fetch_failures);
    for (const auto& [reason, count] : trust.suspects) add(as_word(reason), count);
    add("barred", barred.size());
    for (std::size_t i = 0; i < std::min(barred.size(), most_barred); ++i) {
        auto why = clean_line(barred[i].second, longest_why);
        std::replace(why.begin(), why.end(), '"', '\'');
        out += fmt::format(" barred:{}=\"{}\"", barred[i].first, why);
    }
    return out;
}

}  // namespace fedmsgbot
