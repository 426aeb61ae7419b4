#pragma once

#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio.hpp>

#include "bridges/timeline/timeline_bridge.h"
#include "tests/support/posts.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// What a rule would have made of a message about `text`, with all fields.
inline std::shared_ptr<Line> full_line(std::string text, std::string service = "bodhi") {
    auto made = std::make_shared<Line>();
    made->rule = service + ".toml:update";
    made->title = service + ".update.comment";
    made->service = std::move(service);
    made->text = std::move(text);
    made->link = "https://bodhi.example.org/updates/FEDORA-2013-1234";
    made->icon = "https://apps.example.org/img/bodhi.png";
    made->secondary_icon = "https://avatars.example.org/ralph";
    made->agent = "ralph";
    made->usernames = {"ralph", "toshio"};
    made->packages = {"kernel", "python-fedmsg"};
    made->objects = {"bodhi/comments"};
    return made;
}

inline std::shared_ptr<const Message> message_of(const std::string& bytes) {
    return std::make_shared<const Message>(std::move(Message::parse(bytes)).value());
}

inline SystemTime at_second(std::int64_t seconds) { return SystemTime(std::chrono::seconds(seconds)); }

// A timeline bridge that is running on a thread of its own and listens on a free port.
class LiveTimeline {
public:
    // `prepare` is called with the state folder before the bridge starts. A port 0 of the public address becomes ours.
    explicit LiveTimeline(TimelineSettings settings = {}, TopicEntries topics = {},
                          const std::function<void(const std::filesystem::path&)>& prepare = {})
        : pacer_(1000, Pacer::Duration::zero()) {
        if (prepare) prepare(folder_.path());
        port_ = free_port();
        settings.port = port_;
        settings.listen = "127.0.0.1:" + std::to_string(port_);
        if (settings.public_url == TimelineSettings().public_url) settings.public_url = "http://" + settings.listen;
        if (const auto at = settings.public_url.find(":0/"); at != std::string::npos)
            settings.public_url.replace(at + 1, 1, std::to_string(port_));
        const BridgeContext context{loop_.get_executor(), "timeline", folder_.path(), {}, pacer_, [topics] {
                                        return std::make_shared<const TopicEntries>(topics);
                                    }};
        bridge_ = std::make_unique<TimelineBridge>(context, settings);
        ended_ = boost::asio::co_spawn(loop_, bridge_->run(),
                                       boost::asio::bind_cancellation_slot(stop_.slot(), boost::asio::use_future));
        thread_ = std::thread([this] { loop_.run(); });
        if (!eventually([this] { return accepts_connections(port_); })) throw std::runtime_error("does not listen");
    }
    LiveTimeline(const LiveTimeline&) = delete;
    LiveTimeline& operator=(const LiveTimeline&) = delete;
    ~LiveTimeline() {
        boost::asio::post(loop_, [this] { stop_.emit(boost::asio::cancellation_type::terminal); });
        thread_.join();
    }

    void add(std::shared_ptr<const Message> message, std::shared_ptr<const Line> line, SystemTime accepted_at) {
        posts_.emplace_back(std::move(message), std::move(line), "", accepted_at, Share(book_, ++entry_, "timeline"));
    }
    void add(const std::string& text) {
        add(message("id-" + std::to_string(entry_ + 1)), full_line(text), at_second(1385300000 + 60 * entry_));
    }

    // Delivers what was added since; the outcomes.
    Outcomes deliver() {
        const auto posts = std::exchange(posts_, {});
        Bridge::Batch batch;
        for (const auto& post : posts) batch.push_back(&post);
        return boost::asio::co_spawn(loop_, bridge_->deliver(batch), boost::asio::use_future).get();
    }

    std::uint16_t port() const { return port_; }
    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    const std::filesystem::path& folder() const { return folder_.path(); }

private:
    TempFolder folder_;
    FakeReceipts book_;
    Entry entry_ = 0;
    std::vector<Post> posts_;
    Pacer pacer_;
    std::uint16_t port_ = 0;
    boost::asio::io_context loop_;
    boost::asio::cancellation_signal stop_;
    std::unique_ptr<TimelineBridge> bridge_;
    std::future<void> ended_;
    std::thread thread_;
};

}  // namespace fedmsgbot::testing
