#include "bot/trust/envelope.h"

#include "bot/trust/canonical_reader.h"

namespace fedmsgbot {

std::string Envelope::Value::text() const { return is_text() ? decode_canonical_text(written_text()) : std::string(); }

std::string Envelope::read(std::string_view body) {
    topic = crypto = signature = certificate = {};
    CanonicalReader reader(body, whole_);
    if (!reader.read()) return reader.problem().text;
    if (!reader.is_object()) return "a value of another kind";
    signed_.shrink(0);
    signed_.append('{');
    for (const auto& member : reader.members()) {
        const auto key = reader.key(member);
        auto* value = key == "topic"         ? &topic
                      : key == "crypto"      ? &crypto
                      : key == "signature"   ? &signature
                      : key == "certificate" ? &certificate
                                             : nullptr;
        if (value) value->written = reader.value(member);
        if (value == &signature || value == &certificate) continue;
        if (signed_.size() > 1) signed_.append(',');
        signed_.append(whole_.view(member.begin, member.end));
    }
    signed_.append('}');
    return {};
}

}  // namespace fedmsgbot
