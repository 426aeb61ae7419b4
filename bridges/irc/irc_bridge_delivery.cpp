// How posts are said and what became of them; the rest of IrcBridge is in irc_bridge.cpp.
#include <algorithm>
#include <cassert>

#include <boost/asio/this_coro.hpp>

#include "bot/core/log.h"
#include "bridges/irc/irc_bridge.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

// A barrier within a large batch costs little and leaves less to repeat when the link breaks.
constexpr std::size_t posts_a_barrier = 16;
// Not to the end of what we wait for: people may change it.
constexpr milliseconds longest_nap(2'000);
constexpr milliseconds longest_patience = std::chrono::minutes(10);

}  // namespace

asio::awaitable<Outcomes> IrcBridge::deliver(const Batch& batch) {
    assert(!batch.empty());
    co_await asio::this_coro::throw_if_cancelled(false);
    Outcomes outcomes = co_await deliver_batch(batch);
    co_await asio::this_coro::throw_if_cancelled(true);
    co_return outcomes;
}

asio::awaitable<Outcomes> IrcBridge::deliver_batch(const Batch& batch) {
    const std::string& address = batch.front()->address;
    const auto mistake = check_irc_channel(address);
    if (!mistake.empty()) co_return Outcomes(batch.size(), Outcome::rejected(mistake));
    Channel& place = channel(address);
    const auto deadline = Clock::now() + settings_.timings.wait_for_channel;
    suspects_.forget_before(place.name(), batch.front()->share.entry());
    const bool is_doubtful = std::any_of(batch.begin(), batch.end(), [&](const Post* post) {
        return suspects_.knows(place.name(), post->share.entry());
    });
    if (is_doubtful) co_return co_await deliver_singly(batch, place, deadline);
    const auto trouble = co_await wait_for(place, Manner::together, deadline);
    if (trouble) co_return Outcomes(batch.size(), *trouble);
    ++speakers_;
    auto said = write(batch, place);
    Outcomes outcomes = co_await confirm(std::move(said), batch, place);
    --speakers_;
    changed_.notify();
    co_return outcomes;
}

void IrcBridge::release_floor() {
    is_floor_taken_ = false;
    changed_.notify();
}

// Nothing when it may be said now, and then the floor is taken for who speaks alone; else what to answer.
asio::awaitable<std::optional<Outcome>> IrcBridge::wait_for(Channel& place, Manner manner, TimePoint deadline) {
    bool has_floor = false;
    std::optional<Outcome> trouble;
    while (!trouble) {
        const bool is_told_to_end = co_await is_cancelled();
        const auto now = Clock::now();
        // The outbox took a burst for posts that had to wait for the connection, and registering and joining took
        // their part since: together they would be too much at once.
        const auto paid_at = pacer_.paid_at(now);
        const bool is_welcome = session_ && (place.is_ready() || (manner == Manner::as_witness && place.is_open()));
        const bool may_speak = is_welcome && paid_at <= now;
        if (is_told_to_end) {
            trouble = Outcome::retry("told to end", milliseconds(0));
        } else if (place.held_until() > now) {
            const auto left = std::chrono::ceil<milliseconds>(place.held_until() - now);
            trouble = Outcome::retry(place.name() + ": an operator muted it", std::min(left, longest_nap));
        } else if (may_speak && manner == Manner::together) {
            if (!is_floor_taken_) co_return std::nullopt;
        } else if (may_speak && (has_floor || !is_floor_taken_)) {
            // Nobody begins any more; who has begun is waited for.
            is_floor_taken_ = has_floor = true;
            if (speakers_ == 0) co_return std::nullopt;
        } else if (session_ && !is_welcome && place.is_barred()) {
            const auto most = settings_.timings.barred_least;
            const auto left = std::chrono::ceil<milliseconds>(place.due() - now);
            trouble = Outcome::retry(place.name() + ": " + place.hindrance(), std::clamp(left, most / 60, most));
        }
        if (trouble) break;
        if (!may_speak && has_floor) {
            has_floor = false;
            release_floor();
        }
        if (now >= deadline)
            trouble = Outcome::retry(!session_    ? hindrance_
                                     : may_speak  ? "another post is said alone"
                                     : is_welcome ? "the pace does not allow it"
                                                  : place.hindrance(),
                                     milliseconds(0));
        else
            co_await changed_.wait_until(is_welcome && !may_speak ? std::min(deadline, paid_at) : deadline);
    }
    if (has_floor) release_floor();
    co_return trouble;
}

std::vector<std::string> IrcBridge::texts_of(const Post& post, const ChannelLook& look, const Channel& place,
                                             std::size_t room) const {
    const std::string_view topic = post.message ? std::string_view(post.message->topic()) : std::string_view{};
    if (!look.breaks_nicks) return format_line(*post.line, look.style, room, topic);
    Line line = *post.line;
    for (auto* text : {&line.title, &line.text, &line.long_form})
        *text = roster_.with_broken_nicks(*text, place.name());
    return format_line(line, look.style, room, topic);
}

IrcBridge::Said IrcBridge::write(const Batch& batch, const Channel& place) {
    const auto now = Clock::now();
    auto& conversation = session_->conversation();
    auto look = settings_.look(place.name());
    if (place.strips_colors()) look.style.colors = false;
    const auto room = conversation.room(place);
    Said said;
    std::size_t lines = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto texts = texts_of(*batch[i], look, place, room);
        lines += texts.size();
        said.push_back(conversation.say(place, texts, now));
        const bool is_part_full = (i + 1) % posts_a_barrier == 0 || i + 1 == batch.size();
        if (is_part_full && conversation.needs_barrier()) conversation.raise_barrier(now);
    }
    // One for each post was spent by the outbox.
    if (lines > batch.size()) pacer_.spend(now, static_cast<int>(lines - batch.size()));
    session_->wake();
    return said;
}

asio::awaitable<Outcomes> IrcBridge::confirm(Said said, const Batch& batch, Channel& place) {
    const auto connection = connection_;
    Outcomes outcomes;
    bool follows_refusal = false;
    for (std::size_t i = 0; i < said.size(); ++i) {
        LineFate found = co_await fate(said[i], connection);
        if (found.kind == LineFate::Kind::delivered) {
            suspects_.witness(place.name());
            if (std::exchange(follows_refusal, false)) place.passed_on();
            outcomes.push_back(Outcome::delivered());
            continue;
        }
        const auto why_lost = ground(found, place, connection);
        if (why_lost && found.is_its_own && *why_lost == Suspects::Ground::refused) {
            accuse(*batch[i], place, *why_lost, found.why);
            follows_refusal = true;
        } else if (why_lost) {
            suspects_.suspect(place.name(), batch[i]->share.entry());
        }
        // wait_for() knows how long a channel or a connection needs; a loss that nothing explains may come again.
        const bool is_unexplained = session_ && place.is_ready();
        outcomes.push_back(is_unexplained ? Outcome::retry(found.why) : Outcome::retry(found.why, milliseconds(0)));
    }
    pass_verdicts(batch, place, outcomes);
    co_return outcomes;
}

// What a loss may be held against a post for; nothing where it is plain that its text is not the reason.
std::optional<Suspects::Ground> IrcBridge::ground(const LineFate& loss, const Channel& place,
                                                  std::uint64_t connection) const {
    const bool has_link = session_ && connection_ == connection;
    if (!has_link) return was_closed_on_us_ ? std::optional(Suspects::Ground::closed) : std::nullopt;
    if (!place.is_joined()) return Suspects::Ground::removed;
    if (!place.is_open()) return std::nullopt;
    return loss.is_its_own || !place.is_ready() ? std::optional(Suspects::Ground::refused) : std::nullopt;
}

void IrcBridge::accuse(const Post& post, const Channel& place, Suspects::Ground why_lost, const std::string& why) {
    const auto words = why_lost == Suspects::Ground::closed ? hindrance_ : why;
    suspects_.accuse(place.name(), post.share.entry(), why_lost, words);
    log::warn("irc.suspect", {{"bridge", name_},
                              {"channel", place.name()},
                              {"id", post.message ? post.message->id() : std::string()},
                              {"why", words}});
}

void IrcBridge::pass_verdicts(const Batch& batch, const Channel& place, Outcomes& outcomes) {
    if (suspects_.is_empty()) return;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto entry = batch[i]->share.entry();
        if (outcomes[i].kind() == Outcome::Kind::delivered) suspects_.acquit(place.name(), entry);
        const auto verdict = suspects_.verdict(place.name(), entry);
        if (!verdict) continue;
        outcomes[i] = Outcome::rejected(*verdict);
        suspects_.acquit(place.name(), entry);
    }
}

// A batch with suspects in it: one after the other, as far as the channel and the link bear it.
asio::awaitable<Outcomes> IrcBridge::deliver_singly(const Batch& batch, Channel& place, TimePoint deadline) {
    const auto awaits = [&](const Post* post) { return suspects_.awaits_witness(place.name(), post->share.entry()); };
    Outcomes outcomes(batch.size(), Outcome::retry("its turn has not come", milliseconds(0)));
    if (!std::all_of(batch.begin(), batch.end(), awaits)) {
        co_await try_singly(batch, place, deadline, outcomes);
    } else {
        // There is nobody else to go first: the least accused is tried again, which is no proof of anything. Where it
        // cost us the link, that has to live without it first, longer each time; a channel is come back to slowly
        // anyway.
        const auto accusations = [&](const Post* post) {
            return suspects_.accusations(place.name(), post->share.entry());
        };
        const auto* least = *std::min_element(batch.begin(), batch.end(), [&](const Post* one, const Post* other) {
            return accusations(one) < accusations(other);
        });
        const auto entry = least->share.entry();
        const auto patience = suspects_.has_cost_link(place.name(), entry)
                                  ? grown(settings_.timings.lived_a_while, longest_patience, accusations(least) - 2)
                                  : milliseconds(0);
        std::optional<Outcome> trouble = co_await wait_for(place, Manner::together, deadline);
        if (!trouble && session_ && Clock::now() - connected_at_ >= patience)
            suspects_.reprieve(place.name(), entry);
        else
            outcomes.assign(batch.size(),
                            trouble ? *trouble : Outcome::retry("another post has to get through first", longest_nap));
    }
    pass_verdicts(batch, place, outcomes);
    co_return outcomes;
}

asio::awaitable<void> IrcBridge::try_singly(const Batch& batch, Channel& place, TimePoint deadline,
                                            Outcomes& outcomes) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (!suspects_.awaits_witness(place.name(), batch[i]->share.entry())) order.push_back(i);
    bool follows_refusal = false;
    for (const auto i : order) {
        const auto manner = follows_refusal ? Manner::as_witness : Manner::alone;
        std::optional<Outcome> trouble = co_await wait_for(place, manner, deadline);
        if (trouble) {
            for (auto& outcome : outcomes)
                if (outcome.kind() == Outcome::Kind::retry) outcome = *trouble;
            co_return;
        }
        const Batch one{batch[i]};
        const auto connection = connection_;
        const Said said = write(one, place);
        LineFate found = co_await fate(said.front(), connection);
        release_floor();
        if (found.kind == LineFate::Kind::delivered) {
            outcomes[i] = Outcome::delivered();
            suspects_.acquit(place.name(), batch[i]->share.entry());
            suspects_.witness(place.name());
            if (std::exchange(follows_refusal, false)) place.passed_on();
            continue;
        }
        outcomes[i] = Outcome::retry(found.why);
        const auto why_lost = ground(found, place, connection);
        // The witness is refused too: so it is the channel.
        if (!why_lost || follows_refusal) co_return;
        accuse(*batch[i], place, *why_lost, found.why);
        if (*why_lost != Suspects::Ground::refused) co_return;
        follows_refusal = true;
    }
}

// Of a post: it is delivered when all its lines are.
asio::awaitable<LineFate> IrcBridge::fate(Conversation::Tickets tickets, std::uint64_t connection) {
    LineFate of_post{LineFate::Kind::delivered, {}};
    for (auto ticket = tickets.first; ticket <= tickets.last; ++ticket) {
        while (true) {
            LineFate found{LineFate::Kind::lost, "the connection broke before the server confirmed the line"};
            if (session_ && connection_ == connection) found = session_->conversation().fate(ticket);
            const bool is_told_to_end = co_await is_cancelled();
            if (found.kind == LineFate::Kind::open && is_told_to_end) found = {LineFate::Kind::lost, "told to end"};
            if (found.kind != LineFate::Kind::open) {
                if (found.kind == LineFate::Kind::lost) of_post = std::move(found);
                break;
            }
            // The conversation ends by itself when the answer does not come; this is a belt to those braces.
            co_await changed_.wait_until(Clock::now() + settings_.timings.confirmation);
        }
    }
    co_return of_post;
}

}  // namespace fedmsgbot
