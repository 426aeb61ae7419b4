#include "bridges/irc/unconfirmed.h"

#include <algorithm>
#include <functional>

namespace fedmsgbot {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `4`, `04`, `04,15` behind a colour's code.
std::size_t color_digits(std::string_view text) {
    std::size_t size = 0;
    while (size < 2 && size < text.size() && is_digit(text[size])) ++size;
    if (size == 0 || size + 1 >= text.size() || text[size] != ',' || !is_digit(text[size + 1])) return size;
    size += 2;
    return size < text.size() && is_digit(text[size]) ? size + 1 : size;
}

std::string told_why(const Channel& channel) {
    return channel.hindrance().empty() ? "the channel was disturbed" : channel.hindrance();
}

}  // namespace

std::string without_formatting(std::string_view text) {
    std::string bare;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x03')
            i += color_digits(text.substr(i + 1));
        else if (std::string_view("\x02\x0f\x11\x16\x1d\x1e\x1f").find(text[i]) == std::string_view::npos)
            bare += text[i];
    }
    return bare;
}

Unconfirmed::Ticket Unconfirmed::add(const Channel& channel, std::string_view text, Proof proof, TimePoint now) {
    const auto hash = proof == Proof::barrier ? 0 : std::hash<std::string>{}(without_formatting(text));
    lines_.emplace_hint(lines_.end(), ++last_ticket_,
                        Line{&channel, channel.disturbances(), proof, raised_ + 1, hash, now, {}});
    return last_ticket_;
}

Unconfirmed::Barrier Unconfirmed::raise(TimePoint now) {
    raised_at_.push_back(now);
    last_asked_ = last_ticket_;
    return ++raised_;
}

Unconfirmed::Line* Unconfirmed::open_line(Ticket ticket) {
    const auto found = lines_.find(ticket);
    const bool is_open = found != lines_.end() && found->second.fate.kind == LineFate::Kind::open;
    return is_open ? &found->second : nullptr;
}

void Unconfirmed::deliver(Line& line) { line.fate.kind = LineFate::Kind::delivered; }

void Unconfirmed::lose_in_silence(Line& line) {
    // A channel that has just been closed to us, or left, is reason enough.
    if (!is_disturbed(line)) ++silent_losses_;
    line.fate = {LineFate::Kind::lost,
                 is_disturbed(line) ? told_why(*line.channel) : "the server did not pass it on, and did not say why",
                 !is_disturbed(line)};
}

void Unconfirmed::echoed(const Channel& channel, std::string_view text) {
    ++echoes_;
    const auto hash = std::hash<std::string>{}(without_formatting(text));
    Line* oldest = nullptr;
    for (auto& [ticket, line] : lines_) {
        const bool fits =
            line.channel == &channel && line.proof != Proof::barrier && line.fate.kind == LineFate::Kind::open;
        if (!fits) continue;
        if (line.hash == hash) return deliver(line);
        if (!oldest) oldest = &line;
    }
    // No line of ours says that: the server changed its words.
    if (oldest) deliver(*oldest);
}

void Unconfirmed::echoed(Ticket label) {
    ++echoes_;
    if (auto* line = open_line(label)) deliver(*line);
}

void Unconfirmed::refused(Ticket label, std::string why) {
    if (auto* line = open_line(label)) line->fate = {LineFate::Kind::lost, std::move(why), true};
}

void Unconfirmed::answered_without_echo(Ticket label) {
    if (auto* line = open_line(label)) lose_in_silence(*line);
}

void Unconfirmed::passed(Barrier barrier) {
    if (barrier > raised_ || barrier <= passed_) return;
    raised_at_.erase(raised_at_.begin(), raised_at_.begin() + static_cast<std::ptrdiff_t>(barrier - passed_));
    passed_ = barrier;
    for (auto& [ticket, line] : lines_) {
        if (line.behind_it > barrier) break;
        if (line.fate.kind != LineFate::Kind::open) continue;
        if (line.proof != Proof::barrier)
            lose_in_silence(line);
        else if (is_disturbed(line))
            line.fate = {LineFate::Kind::lost, told_why(*line.channel)};
        else
            deliver(line);
    }
}

LineFate Unconfirmed::take(Ticket ticket) {
    const auto found = lines_.find(ticket);
    if (found == lines_.end()) return {LineFate::Kind::lost, "nothing is known of it"};
    auto& line = found->second;
    // Where the server does not tell of each line, no more of it will be known.
    if (line.fate.kind == LineFate::Kind::open && line.proof == Proof::barrier && is_disturbed(line))
        line.fate = {LineFate::Kind::lost, told_why(*line.channel)};
    auto fate = line.fate;
    if (fate.kind != LineFate::Kind::open) lines_.erase(found);
    return fate;
}

const Channel* Unconfirmed::place_of_all() const {
    const Channel* place = nullptr;
    for (const auto& [ticket, line] : lines_) {
        if (line.fate.kind != LineFate::Kind::open) continue;
        if (place && place != line.channel) return nullptr;
        place = line.channel;
    }
    return place;
}

std::optional<Unconfirmed::TimePoint> Unconfirmed::asked_since() const {
    if (raised_at_.empty()) return std::nullopt;
    return raised_at_.front();
}

std::optional<Unconfirmed::TimePoint> Unconfirmed::unasked_since() const {
    const auto first = std::find_if(lines_.upper_bound(last_asked_), lines_.end(),
                                    [](const auto& entry) { return entry.second.fate.kind == LineFate::Kind::open; });
    if (first == lines_.end()) return std::nullopt;
    return first->second.said_at;
}

}  // namespace fedmsgbot
