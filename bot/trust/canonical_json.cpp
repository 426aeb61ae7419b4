#include "bot/trust/canonical_json.h"

#include <algorithm>

#include "bot/trust/byte_buffer.h"
#include "bot/trust/canonical_reader.h"
#include "bot/trust/python_text.h"

namespace fedmsgbot {

Result<std::string> canonical_json(std::string_view bytes) {
    ByteBuffer out;
    CanonicalReader reader(bytes, out);
    if (!reader.read()) return reader.problem();
    return std::string(out.view());
}

Result<std::vector<CanonicalMember>> canonical_members(std::string_view bytes) {
    ByteBuffer out;
    CanonicalReader reader(bytes, out);
    if (!reader.read()) return reader.problem();
    if (!reader.is_object()) return Problem{{}, "a value of another kind"};
    std::vector<CanonicalMember> members;
    for (const auto& member : reader.members()) {
        const auto value = reader.value(member);
        auto& made =
            members.emplace_back(CanonicalMember{decode_canonical_text(reader.key(member)), std::string(value), {}});
        if (value.starts_with('"')) made.text = decode_canonical_text(value.substr(1, value.size() - 2));
    }
    return members;
}

std::string canonical_object(const std::vector<CanonicalMember>& members,
                             const std::vector<std::string_view>& left_out) {
    std::string out = "{";
    for (const auto& member : members) {
        if (std::find(left_out.begin(), left_out.end(), member.key) != left_out.end()) continue;
        if (out.size() > 1) out += ',';
        append_python_text(out, member.key);
        out.append(":").append(member.value);
    }
    return out + '}';
}

}  // namespace fedmsgbot
