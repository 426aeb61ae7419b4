#include "bot/core/uuid.h"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace fedmsgbot {

std::string random_uuid() {
    thread_local boost::uuids::random_generator random;
    return boost::uuids::to_string(random());
}

}  // namespace fedmsgbot
