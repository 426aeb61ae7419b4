#include "bridges/timeline/timeline_store.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bridges/timeline/permanent_id.h"

namespace fedmsgbot {

namespace {

// 1 had no index, 2 one without blocks.
constexpr int format_version = 3;

constexpr std::size_t most_removed = 1000;  // entries of which the words are in memory at once
constexpr int pages_given_back = 128;       // a call: each may have to be moved there from the file's end

// AUTOINCREMENT: a removed entry's number must never come back, or a permanent address would lead to another message.
// The raw message stands last: SQLite then reads the other columns without it.
constexpr std::string_view schema = R"sql(
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    rule TEXT NOT NULL,
    service TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    link TEXT NOT NULL,
    icon TEXT NOT NULL,
    secondary_icon TEXT NOT NULL,
    agent TEXT NOT NULL,
    usernames TEXT NOT NULL,
    packages TEXT NOT NULL,
    objects TEXT NOT NULL,
    long_form TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS identity (feed_id TEXT NOT NULL, created_at INTEGER NOT NULL);
)sql";

constexpr std::string_view columns =
    "id, message_id, topic, accepted_at, sent_at, rule, service, title, text, link, icon, secondary_icon, agent, "
    "usernames, packages, objects, long_form";

// A message that is there already must not use up a number: a gap would look like an entry that is no longer kept. That
// is why it is not left to the table's UNIQUE.
constexpr std::string_view insert_sql =
    "INSERT INTO entry (message_id, topic, accepted_at, sent_at, rule, service, title, text, link, icon, "
    "secondary_icon, agent, usernames, packages, objects, long_form, raw) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17 "
    "WHERE NOT EXISTS (SELECT 1 FROM entry WHERE message_id = ?1)";

std::int64_t to_number(SystemTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

SystemTime to_time(std::int64_t milliseconds) { return SystemTime(std::chrono::milliseconds(milliseconds)); }

std::string to_text(const std::vector<std::string>& words) {
    return nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> to_words(std::string_view text) {
    std::vector<std::string> words;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    for (const auto& word : json)
        if (word.is_string()) words.push_back(word.get<std::string>());
    return words;
}

// What reading would give: bytes that are no text are replaced on the way. The index must hear the same twice.
std::vector<std::string> as_stored(const std::vector<std::string>& words) { return to_words(to_text(words)); }

TimelineEntry as_stored(std::int64_t id, const TimelineArrival& arrival) {
    TimelineEntry entry;
    entry.id = id;
    entry.topic = arrival.message.topic();
    entry.line = arrival.line;
    entry.line.text = headline(arrival.line);
    entry.line.usernames = as_stored(arrival.line.usernames);
    entry.line.packages = as_stored(arrival.line.packages);
    return entry;
}

TimelineEntry to_entry(const Statement& row) {
    const auto text = [&row](int column) { return std::string(row.text(column)); };
    TimelineEntry entry;
    entry.id = row.integer(0);
    entry.message_id = text(1);
    entry.topic = text(2);
    entry.accepted_at = to_time(row.integer(3));
    entry.sent_at = to_time(row.integer(4));
    auto& line = entry.line;
    line.rule = text(5);
    line.service = text(6);
    line.title = text(7);
    line.text = text(8);
    line.link = text(9);
    line.icon = text(10);
    line.secondary_icon = text(11);
    line.agent = text(12);
    line.usernames = to_words(row.text(13));
    line.packages = to_words(row.text(14));
    line.objects = to_words(row.text(15));
    line.long_form = text(16);
    return entry;
}

void bind(Statement& insert, const TimelineArrival& arrival) {
    const auto& [message, line, accepted_at] = arrival;
    insert.bind(0, message.id()).bind(1, message.topic());
    const bool is_marked = !mark_of(line).empty();  // then its sender's clock is not to be believed either
    insert.bind(2, to_number(accepted_at)).bind(3, to_number(is_marked ? SystemTime() : message.sent_at()));
    insert.bind(4, line.rule).bind(5, line.service).bind(6, line.title).bind(7, headline(line)).bind(8, line.link);
    insert.bind(9, line.icon).bind(10, line.secondary_icon).bind(11, line.agent);
    insert.bind(12, to_text(line.usernames)).bind(13, to_text(line.packages)).bind(14, to_text(line.objects));
    insert.bind(15, line.long_form).bind_blob(16, message.bytes());
}

std::int64_t first_number(Statement& query) {
    const std::int64_t number = query.step() ? query.integer(0) : 0;
    query.reset();
    return number;
}

std::string with_columns(std::string_view query) { return fmt::format(fmt::runtime(query), columns); }

}  // namespace

TimelineStore::TimelineStore(const std::filesystem::path& path)
    : database_(path, format_version,
                std::string(schema).append(TimelineIndex::schema).append(TimelineTallies::schema)),
      index_(database_),
      search_(database_),
      tallies_(database_),
      insert_(database_.prepare(insert_sql)),
      older_(database_.prepare(with_columns(timeline_queries::older))),
      newer_(database_.prepare(with_columns(timeline_queries::newer))),
      nearest_(database_.prepare(timeline_queries::nearest)),
      number_(database_.prepare("SELECT id FROM entry WHERE message_id = ?1")),
      one_(database_.prepare(with_columns(timeline_queries::one))),
      raw_(database_.prepare(timeline_queries::raw)),
      first_(database_.prepare(timeline_queries::first)),
      last_(database_.prepare(timeline_queries::last)),
      last_ever_(database_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'entry'")),
      oldest_(database_.prepare("SELECT id, accepted_at FROM entry ORDER BY id LIMIT ?1")),
      remove_(database_.prepare("DELETE FROM entry WHERE id <= ?1")),
      pages_(database_.prepare("PRAGMA page_count")),
      free_pages_(database_.prepare("PRAGMA freelist_count")) {
    read_identity();
}

void TimelineStore::read_identity() {
    auto page_size = database_.prepare("PRAGMA page_size");
    page_bytes_ = first_number(page_size);
    auto query = database_.prepare("SELECT feed_id, created_at FROM identity");
    if (!query.step()) {
        auto insert = database_.prepare("INSERT INTO identity (feed_id, created_at) VALUES (?1, ?2)");
        insert.bind(0, random_id()).bind(1, to_number(std::chrono::system_clock::now())).run();
        query.reset();
        query.step();
    }
    feed_id_ = query.text(0);
    created_at_ = to_time(query.integer(1));
}

// All of the work or nothing.
template <class Work>
void TimelineStore::in_transaction(const Work& work) {
    database_.begin();
    try {
        work();
        database_.commit();
    } catch (...) {
        database_.rollback();
        throw;
    }
}

std::size_t TimelineStore::insert(const std::vector<TimelineArrival>& batch) {
    std::size_t added = 0;
    tallies_.forget();  // what a transaction that failed left
    in_transaction([&] {
        for (const auto& arrival : batch) {
            bind(insert_, arrival);
            insert_.run();
            if (database_.changes() == 0) continue;
            ++added;
            index_.add(as_stored(database_.last_row_id(), arrival));
            tallies_.add(arrival);
        }
        tallies_.write();
    });
    if (added > 0) changed_at_ = std::chrono::system_clock::now();
    return added;
}

TimelineStore::Stretch TimelineStore::read(Order order, Bounds bounds, Cut cut, const TimelineFilter& filter,
                                           const WorkTime& time) {
    Stretch stretch;
    if (filter.has_times()) bounds = narrowed(bounds, filter);
    if (filter.terms().empty()) {
        stretch.entries = read_plain(order, bounds, cut);
    } else if (const auto expression = index_.expression(filter)) {
        const auto found = search_.find(*expression, TimelineIndex::glances(filter), existing(bounds), order,
                                        cut.skipped + cut.limit, time);
        stretch.stopped_at = found.stopped_at;
        for (auto i = cut.skipped; i < found.ids.size(); ++i)
            if (auto entry = find(found.ids[i])) stretch.entries.push_back(std::move(*entry));
    }
    if (order == Order::oldest_first) std::reverse(stretch.entries.begin(), stretch.entries.end());
    return stretch;
}

TimelineStore::Entries TimelineStore::read_plain(Order order, Bounds bounds, Cut cut) {
    Entries entries;
    auto& query = order == Order::newest_first ? older_ : newer_;
    query.bind(0, bounds.below).bind(1, bounds.above);
    query.bind(2, static_cast<std::int64_t>(cut.limit)).bind(3, static_cast<std::int64_t>(cut.skipped));
    while (query.step()) entries.push_back(to_entry(query));
    query.reset();
    return entries;
}

TimelineStore::Bounds TimelineStore::existing(Bounds bounds) {
    const auto ends = span();
    bounds.above = std::max(bounds.above, ends.first - 1);
    bounds.below = std::min(bounds.below, ends.last + 1);
    return bounds;
}

// Entries are numbered in the order of their arrival, so times are numbers; where the clock was set back, the border
// is one of the several that there then are.
TimelineStore::Bounds TimelineStore::narrowed(Bounds bounds, const TimelineFilter& filter) {
    const auto times = filter.times(std::chrono::system_clock::now());
    if (times.from != SystemTime::min()) bounds.above = std::max(bounds.above, first_since(to_number(times.from)) - 1);
    if (times.to != SystemTime::max()) bounds.below = std::min(bounds.below, first_since(to_number(times.to) + 1));
    return bounds;
}

// The number of the first entry that arrived at that time or later; one more than the last where there is none.
std::int64_t TimelineStore::first_since(std::int64_t time) {
    const auto ends = span();
    std::int64_t low = ends.first, high = ends.last + 1;
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        nearest_.bind(0, middle);
        const bool is_later = !nearest_.step() || nearest_.integer(1) >= time;
        nearest_.reset();
        if (is_later)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

TimelineSlice TimelineStore::slice(const TimelineFilter& filter, Order order, std::int64_t skipped,
                                   std::int64_t limit) {
    TimelineSlice::Wanted wanted;
    wanted.bounds = existing(filter.has_times() ? narrowed({}, filter) : Bounds());
    wanted.indexed_from = index_.lowest();
    wanted.order = order;
    wanted.skipped = skipped;
    wanted.limit = limit;
    if (!filter.terms().empty()) {
        wanted.expression = index_.expression(filter);
        if (!wanted.expression) wanted.bounds = {0, 1};
    }
    return TimelineSlice(search_, std::move(wanted));
}

std::optional<std::int64_t> TimelineStore::number_of(std::string_view message_id) {
    number_.bind(0, message_id);
    const auto number = first_number(number_);
    return number == 0 ? std::nullopt : std::optional(number);
}

std::optional<TimelineEntry> TimelineStore::find(std::int64_t id) {
    std::optional<TimelineEntry> found;
    if (one_.bind(0, id).step()) found = to_entry(one_);
    one_.reset();
    return found;
}

std::optional<std::string> TimelineStore::raw(std::int64_t id) {
    std::optional<std::string> found;
    if (raw_.bind(0, id).step()) found = std::string(raw_.text(0));
    raw_.reset();
    return found;
}

TimelineStore::Span TimelineStore::span() {
    return {first_number(first_), first_number(last_), first_number(last_ever_)};
}

std::size_t TimelineStore::tidy(const Keep& keep, SystemTime now, std::size_t most) {
    tallies_.tidy(now);
    const auto last = last_to_go(keep);
    const auto oldest = keep.age ? to_number(now) - keep.age->count() : std::numeric_limits<std::int64_t>::min();
    std::int64_t gone = 0;
    oldest_.bind(0, static_cast<std::int64_t>(most));
    while (oldest_.step() && (oldest_.integer(0) <= last || oldest_.integer(1) < oldest)) gone = oldest_.integer(0);
    oldest_.reset();
    const auto removed = gone == 0 ? 0 : remove_up_to(gone);
    if (has_room_to_give_back()) database_.give_back(pages_given_back);
    return removed;
}

// The highest number that is one too many. The bytes of some entries are guessed from the mean of all; what is guessed
// wrong, the next calls make good.
std::int64_t TimelineStore::last_to_go(const Keep& keep) {
    const auto ends = span();
    auto last = ends.last - keep.entries;
    if (!keep.bytes || ends.last == 0) return last;
    const auto used = first_number(pages_) * page_bytes_ - free_bytes();
    const auto entries = ends.last - ends.first + 1;
    if (used > *keep.bytes) {
        const auto mean = std::max<std::int64_t>(used / entries, 1);
        last = std::max(last, ends.first - 1 + std::min((used - *keep.bytes) / mean + 1, entries));
    }
    return last;
}

std::int64_t TimelineStore::free_bytes() { return first_number(free_pages_) * page_bytes_; }

bool TimelineStore::has_room_to_give_back() { return free_bytes() > spare_bytes; }

std::size_t TimelineStore::remove_up_to(std::int64_t id) {
    std::size_t removed = 0;
    in_transaction([&] {
        Bounds bounds;
        bounds.below = id + 1;
        bounds.above = index_.lowest() - 1;
        for (bool is_more = true; is_more;) {
            const auto going = read_plain(Order::oldest_first, bounds, {most_removed});
            for (const auto& entry : going) index_.remove(entry);
            is_more = going.size() == most_removed;
            if (is_more) bounds.above = going.back().id;
        }
        remove_.bind(0, id).run();
        removed = static_cast<std::size_t>(database_.changes());
        index_.forget_topics(id + 1);
    });
    changed_at_ = std::chrono::system_clock::now();
    return removed;
}

std::size_t TimelineStore::index_more(std::size_t most) {
    const auto unindexed = older_than(index_.lowest(), most);
    if (unindexed.empty()) return 0;
    in_transaction([&] {
        for (const auto& entry : unindexed) index_.add(entry);
        index_.set_lowest(unindexed.back().id);
    });
    return unindexed.size();
}

bool TimelineStore::is_indexed() { return older_than(index_.lowest(), 1).empty(); }

}  // namespace fedmsgbot
