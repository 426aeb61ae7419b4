#pragma once

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace fedmsgbot {

// Stands for itself in a text of canonical JSON: printable ASCII, neither quote nor backslash.
inline bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

// The first byte of begin..end that is not plain. Sixteen at a time where the processor can: nearly all of a signed
// message is plain, and looked at byte by byte it takes as long as a good part of its signature.
inline const char* skip_plain(const char* begin, const char* end) {
#ifdef __SSE2__
    for (; end - begin >= 16; begin += 16) {
        const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
        // Compared as signed, so bytes of other characters than ASCII's are less too.
        const auto bad = _mm_or_si128(
            _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f))),
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
        if (const auto marks = static_cast<unsigned>(_mm_movemask_epi8(bad))) return begin + std::countr_zero(marks);
    }
#endif
    while (begin < end && is_plain(*begin)) ++begin;
    return begin;
}

}  // namespace fedmsgbot
