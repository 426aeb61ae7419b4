#include "bot/amqp/worker.h"

#include <csignal>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace fedmsgbot {

WakeUp::WakeUp() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error("no descriptor for a broker's thread is to be had");
}

WakeUp::~WakeUp() { ::close(descriptor_); }

void WakeUp::ring() {
    const std::uint64_t one = 1;
    // It fails only when the counter is full, and then it is readable already.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void WakeUp::take() {
    std::uint64_t rings = 0;
    [[maybe_unused]] const auto read = ::read(descriptor_, &rings, sizeof rings);
}

std::thread start_worker(std::function<void()> work) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::thread worker(std::move(work));
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return worker;
    } catch (...) {
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
}

}  // namespace fedmsgbot
