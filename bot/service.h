#pragma once

#include <chrono>
#include <string>

namespace fedmsgbot::service {

// What systemd is told (sd_notify(3)); nothing happens where it did not start us.

void ready(const std::string& status);
void status(const std::string& status);
void stopping();

// How often systemd wants to hear that we live; zero where it does not ask (sd_watchdog_enabled(3)).
std::chrono::milliseconds watchdog_interval();
void alive();

}  // namespace fedmsgbot::service
