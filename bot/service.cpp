#include "bot/service.h"

#include <systemd/sd-daemon.h>

namespace fedmsgbot::service {

void ready(const std::string& status) { ::sd_notify(0, ("READY=1\nSTATUS=" + status).c_str()); }
void status(const std::string& status) { ::sd_notify(0, ("STATUS=" + status).c_str()); }
void stopping() { ::sd_notify(0, "STOPPING=1"); }

std::chrono::milliseconds watchdog_interval() {
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) <= 0) return {};
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(microseconds / 2));
}

void alive() { ::sd_notify(0, "WATCHDOG=1"); }

}  // namespace fedmsgbot::service
