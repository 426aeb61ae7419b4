#include "bridges/microblog/idempotency_key.h"

#include <catch2/catch.hpp>

namespace fedmsgbot {

TEST_CASE("a key is the same for the same message on the same bridge, and for nothing else") {
    const auto key = idempotency_key("blog", "2026-1");
    CHECK(key == "fedmsgbot-1dc1c10f41eb413e5efc1fbdf22e32a6");
    CHECK(idempotency_key("blog", "2026-2") != key);
    CHECK(idempotency_key("news", "2026-1") != key);
    CHECK(idempotency_key("blog2026", "-1") != key);
}

}  // namespace fedmsgbot
