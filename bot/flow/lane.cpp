#include "bot/flow/lane.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fedmsgbot {

namespace {

// A journal's rows are read in small parts, so that the loop is not kept for long.
constexpr std::size_t read_at_once = 32;

// A bridge that answers `retry at once` at once, again and again, must not make us spin; a server that asks for years
// is not believed.
constexpr std::chrono::milliseconds breath{20};
constexpr std::chrono::milliseconds most_believed = std::chrono::hours(24);

std::size_t bytes_of(const Post& post) { return post.message->bytes().size(); }

}  // namespace

Lane::Lane(std::string target, std::size_t max_posts, std::size_t max_bytes)
    : target_(std::move(target)), max_posts_(std::max<std::size_t>(1, max_posts)), max_bytes_(max_bytes) {}

bool Lane::has_room_for(std::size_t bytes) const {
    return queued() == 0 || (queued() < most() && bytes_ + bytes <= max_bytes_);
}

void Lane::push(Post post) {
    cursor_ = post.share.entry();
    bytes_ += bytes_of(post);
    queue_.push_back(std::move(post));
}

void Lane::offer(Post post) {
    if (post.share.entry() <= cursor_) return;
    if (is_behind_ || !has_room_for(bytes_of(post))) {
        is_behind_ = true;
        return;
    }
    push(std::move(post));
}

void Lane::refill(Backlog& backlog, SystemTime now, Duration max_age) {
    if (!is_behind_ || queued() > most() / 2 || bytes_ > max_bytes_ / 2) return;
    const auto too_old = max_age.count() > 0 ? std::optional(now - max_age) : std::nullopt;
    if (std::exchange(is_fresh_, false)) take_first(backlog, too_old);
    if ((window_ > 0 || too_old) &&
        !backlog.shorten(target_, cursor_, std::max<std::size_t>(1, most() - queued()), too_old))
        return;
    while (is_behind_ && queued() < most() && bytes_ < max_bytes_) {
        auto page = backlog.read(target_, cursor_, std::min(read_at_once, most() - queued()), max_bytes_ - bytes_);
        for (auto& post : page.posts) {
            if (!has_room_for(bytes_of(post))) return;
            push(std::move(post));
        }
        is_behind_ = !page.is_last;
    }
}

void Lane::take_first(Backlog& backlog, std::optional<SystemTime> too_old) {
    // What was put back, or is under way, is the oldest, and here already.
    if (kept_first_ == 0 || queued() > 0) return;
    auto page = backlog.read(target_, cursor_, kept_first_, max_bytes_);
    for (auto& post : page.posts) {
        const bool is_told_as_expired = too_old && dates_from(*post.message, post.accepted_at) < *too_old;
        if (is_told_as_expired || !has_room_for(bytes_of(post))) return;
        push(std::move(post));
    }
}

SystemTime dates_from(const Message& message, SystemTime accepted_at) {
    const auto sent_at = message.sent_at();
    const bool is_older = message.arrival().is_late && sent_at > SystemTime{} && sent_at < accepted_at;
    return is_older ? sent_at : accepted_at;
}

void Lane::rewind() {
    if (queue_.empty()) return;
    cursor_ = queue_.front().share.entry() - 1;
    for (const auto& post : queue_) bytes_ -= bytes_of(post);
    queue_.clear();
    is_behind_ = true;
    is_fresh_ = true;
}

bool Lane::has_expired(SystemTime now, Duration max_age) const {
    return max_age.count() > 0 && std::any_of(queue_.begin(), queue_.end(), [&](const Post& post) {
               return now - dates_from(*post.message, post.accepted_at) > max_age;
           });
}

std::size_t Lane::expire(SystemTime now, Duration max_age) {
    if (max_age.count() <= 0) return 0;
    // Not only at the front: what an archive gave is older than what came before it.
    const auto is_young = [&](const Post& post) {
        return now - dates_from(*post.message, post.accepted_at) <= max_age;
    };
    const auto old = std::stable_partition(queue_.begin(), queue_.end(), is_young);
    const auto count = static_cast<std::size_t>(queue_.end() - old);
    under_way_ += count;
    for (auto post = old; post != queue_.end(); ++post) settled(std::move(*post), Settlement::expired);
    queue_.erase(old, queue_.end());
    counters.expired += count;
    return count;
}

std::vector<Post> Lane::take(std::size_t count) {
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(count, queue_.size()));
    std::vector<Post> posts(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    under_way_ += posts.size();
    return posts;
}

void Lane::settled(Post post, Settlement settlement) {
    post.share.settle(settlement);
    bytes_ -= bytes_of(post);
    --under_way_;
}

void Lane::put_back(std::vector<Post> posts) {
    under_way_ -= posts.size();
    queue_.insert(queue_.begin(), std::make_move_iterator(posts.begin()), std::make_move_iterator(posts.end()));
}

void Lane::fail(TimePoint now, std::optional<Duration> after, Duration least, Duration most, std::minstd_rand& random) {
    const auto ceiling = std::min(most, Duration(least.count() << std::min(failures_, 20)));
    if (after) after = std::clamp(*after, failures_ > 0 ? breath : Duration::zero(), most_believed);
    ++failures_;
    std::uniform_real_distribution<double> jitter(0, 1);
    // What the server asked for is kept, and a little more, so that many bots do not come back together.
    const double wait = after ? static_cast<double>(after->count()) * (1 + 0.1 * jitter(random))
                              : static_cast<double>(ceiling.count()) * (0.5 + 0.5 * jitter(random));
    not_before_ = now + Duration(static_cast<std::int64_t>(wait));
}

}  // namespace fedmsgbot
