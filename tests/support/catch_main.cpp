#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "bot/core/log.h"

// Tests provoke trouble on purpose: the log of it would hide what a failing test says.
int main(int argc, char** argv) {
    fedmsgbot::log::set_level(fedmsgbot::log::Level::error);
    return Catch::Session().run(argc, argv);
}
