#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// Names for feeds that never change, as RFC 4287 and the people's feed readers want them: made of what the bus said,
// not of an address, a title or a place.

// The same message id gives the same name, for ever and on every machine: a UUID of version 5 (RFC 4122, 4.3), whatever
// characters the id is made of. `urn:uuid:...`
std::string permanent_id(std::string_view message_id);

// A fresh one, of version 4.
std::string random_id();

// A short digest of bytes, in hexadecimal, for ETags.
std::string digest(std::string_view bytes);

}  // namespace fedmsgbot
