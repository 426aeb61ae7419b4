#include <cstdint>
#include <string_view>

#include "bot/trust/base64.h"
#include "bot/trust/canonical_json.h"
#include "bot/trust/envelope.h"
#include "bot/trust/signer.h"
#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;

// The input is tried as a body, as base64 and as a certificate: all that the verifier takes from strangers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto canonical = canonical_json(input)) {
        const auto again = canonical_json(*canonical);
        promise(again && *again == *canonical, "the canonical form is its own");
        for (const char c : *canonical) promise(c >= 0x20 && c < 0x7f, "the canonical form is plain ASCII");
        const auto members = canonical_members(input);
        promise(members.has_value() == canonical->starts_with('{'), "an object has members");
        if (members) promise(canonical_object(*members) == *canonical, "members make the object again");
        Envelope envelope;
        promise(envelope.read(input).empty() == members.has_value(), "an object is an envelope");
        if (members)
            promise(envelope.signed_bytes() == canonical_object(*members, {"signature", "certificate"}),
                    "an envelope and its members say the same of what is signed");
    }
    const auto decoded = decode_base64(input);
    promise(!decoded || decoded->size() <= size / 4 * 3 + 2, "base64 shrinks");
    for (const auto pem : {input, decoded ? std::string_view(*decoded) : input})
        if (const auto signer = Signer::parse(pem))
            promise(!signer->has_signed(input, "no signature", Digests::sha1_and_sha256), "nobody signed this");
    return 0;
}
