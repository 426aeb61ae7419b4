#pragma once

#include <functional>
#include <thread>

namespace fedmsgbot {

// A descriptor that one thread makes readable to wake another, which sleeps on it beside a broker's socket. Any thread.
class WakeUp {
public:
    WakeUp();  // throws std::runtime_error where the system has no descriptor left
    WakeUp(const WakeUp&) = delete;
    WakeUp& operator=(const WakeUp&) = delete;
    ~WakeUp();

    int descriptor() const { return descriptor_; }
    void ring();
    void take();  // no longer readable

private:
    int descriptor_;
};

// A thread that gets no signals: they are the main thread's.
std::thread start_worker(std::function<void()> work);

}  // namespace fedmsgbot
