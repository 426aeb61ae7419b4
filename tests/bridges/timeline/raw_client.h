#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fedmsgbot::testing {

// A connection that sends exactly the bytes a test wants, well formed or not.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            ::close(socket_);
            throw std::runtime_error("cannot connect");
        }
    }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient() { ::close(socket_); }

    // False when the other side has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // All that comes until the other side closes. Throws when it does not within `most`.
    std::string read_to_end(std::chrono::milliseconds most = std::chrono::seconds(20)) {
        const auto deadline = std::chrono::steady_clock::now() + most;
        while (read_some(deadline)) {
        }
        return std::exchange(received_, {});
    }

    // One answer with a body of Content-Length bytes; the connection stays.
    std::string read_answer(bool has_body = true, std::chrono::milliseconds most = std::chrono::seconds(20)) {
        const auto deadline = std::chrono::steady_clock::now() + most;
        std::size_t size = std::string::npos;
        while (received_.size() < size) {
            const auto head = received_.find("\r\n\r\n");
            if (head != std::string::npos) {
                const auto length = received_.find("Content-Length: ");
                size = head + 4;
                if (has_body && length < head) size += std::stoul(received_.substr(length + 16));
                if (received_.size() >= size) break;
            }
            if (!read_some(deadline)) throw std::runtime_error("closed within an answer: " + received_);
        }
        auto answer = received_.substr(0, size);
        received_.erase(0, size);
        return answer;
    }

    // All that has come by the time that `text` is in it. Throws when it is not within `most`.
    std::string read_until(std::string_view text, std::chrono::milliseconds most = std::chrono::seconds(20)) {
        const auto deadline = std::chrono::steady_clock::now() + most;
        while (received_.find(text) == std::string::npos)
            if (!read_some(deadline)) throw std::runtime_error("closed before: " + std::string(text));
        return std::exchange(received_, {});
    }

    // Throws away what has come by now; how many bytes.
    std::size_t drain() {
        std::size_t size = std::exchange(received_, {}).size();
        char bytes[65536];
        for (ssize_t some = 0; (some = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
            size += static_cast<std::size_t>(some);
        return size;
    }

    // To be read again.
    void put_back(const std::string& bytes) { received_.insert(0, bytes); }

private:
    bool read_some(std::chrono::steady_clock::time_point deadline) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        pollfd waiting{socket_, POLLIN, 0};
        if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) throw std::runtime_error("no answer");
        char bytes[65536];
        const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
        if (size <= 0) return false;
        received_.append(bytes, static_cast<std::size_t>(size));
        return true;
    }

    int socket_;
    std::string received_;
};

inline std::string get(const std::string& target, const std::string& headers = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

// Of an answer as it came over the wire; empty where it has none.
inline std::string header(const std::string& answer, const std::string& name) {
    const auto at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

}  // namespace fedmsgbot::testing
