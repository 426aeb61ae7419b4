#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/core/message.h"
#include "bot/http/http_client.h"

namespace fedmsgbot {

// How an archive shows a message. Only fedmsg's has the signatures.
enum class ArchiveShape { fedmsg, fedora_messaging };  // /raw, /v2/search

// One page of what an archive has between two times, oldest first.
struct ArchiveQuery {
    ArchiveQuery(SystemTime from, SystemTime to) : from(from), to(to) {}

    SystemTime from;  // asked for in whole seconds, rounded outwards
    SystemTime to;
    std::uint64_t page = 1;
    std::size_t rows = 100;  // a page; datagrepper gives at most 100
};

struct ArchivePage {
    std::vector<Message> messages;  // in the archive's order
    std::size_t rows = 0;           // that were in it
    std::size_t unreadable = 0;     // of them: no messages
    bool is_last = false;           // nothing comes after it
};

struct ArchiveAnswer {
    enum class Kind {
        page,
        too_large,  // more than `most_bytes`: ask for fewer rows
        failed,     // ask again later, not before `after`
    };

    Kind kind = Kind::failed;
    ArchivePage page;
    std::string why;
    std::chrono::seconds after{0};
};

// Asks a datagrepper, or whoever answers like one (our timeline does), for what was on the bus. Every answer is judged
// by what is in it, never by what it says of itself: its numbers are wrong now and then. Keeps nothing but which of the
// two shapes the archive has. One thread; the executor's loop must outlive it.
class ArchiveClient {
public:
    struct Settings {
        std::string url;  // `https://apps.fedoraproject.org/datagrepper`; one that ends with /raw or /v2/search is
                          // asked as it is
        ArchiveShape shape = ArchiveShape::fedora_messaging;  // asked for first; the other where there is none
        std::chrono::milliseconds timeout{60000};
        std::size_t most_bytes = 16 * 1024 * 1024;  // of one answer
    };

    ArchiveClient(boost::asio::any_io_executor executor, Settings settings);

    boost::asio::awaitable<ArchiveAnswer> fetch(ArchiveQuery query);

private:
    std::string address(const ArchiveQuery& query) const;

    HttpClient http_;
    Settings settings_;
    ArchiveShape shape_;
    bool is_shape_known_;
};

// The next smaller number of rows a page of which pages of `rows` are made up; 1 for 1.
std::size_t fewer_rows(std::size_t rows);

// Reads the body of an answer with status 200. `rows` is what was asked for on page `page`.
Result<ArchivePage> read_archive_page(std::string_view body, std::uint64_t page, std::size_t rows);

}  // namespace fedmsgbot
