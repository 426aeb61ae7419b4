#include <cstdint>
#include <string>

#include "tests/fuzz/promise.h"

using namespace fedmsgbot;
using fedmsgbot::fuzz::promise;
using fedmsgbot::fuzz::promise_fit_for_people;

namespace {

void try_lines(std::string_view text, std::size_t most) {
    const auto line = clean_line(text, most);
    promise_fit_for_people(line);
    promise(line.size() <= most, "a line within its limit");
    promise(clean_line(line, most) == line, "a clean line stays as it is");
    const auto sentence = shortened_to_words(clean_line(text), most);
    promise(code_points(sentence) <= most && is_valid_utf8(sentence), "a sentence within its limit");
    const auto block = clean_block(text, most);
    promise_fit_for_people(block, "\n\t");
    promise(block.size() <= most, "a block within its limit");
    for (std::string_view rest = line; most >= 4 && !rest.empty();) {
        const auto piece = word_prefix(rest, most);
        promise(!piece.empty() && piece.size() <= most, "cutting into words comes to an end");
        promise(is_valid_utf8(piece), "words are cut between characters");
        rest.remove_prefix(piece.size());
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    }
}

void try_links(std::string_view text) {
    const auto link = clean_link(text);
    promise(link.size() <= 2048 && clean_link(link) == link, "a clean link stays as it is");
    for (const char c : link)
        promise(c > 0x20 && c < 0x7f && std::string_view("\"<>\\`").find(c) == std::string_view::npos, "a fit link");
    promise(
        link.empty() || is_web_link(link) || link.substr(0, link.find_first_of("/?#")).find(':') == std::string::npos,
        "no scheme but http and https");
}

}  // namespace

// The first byte is the limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t most = data[0];
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try_lines(text, most);
    try_links(text);
    promise(utf8_prefix(text, most).size() <= most, "a prefix within its limit");
    promise(!is_valid_utf8(text) || is_valid_utf8(utf8_prefix(text, most)), "a prefix between characters");
    promise(code_points(code_point_prefix(text, most)) == std::min(code_points(text), most), "so many code points");
    promise(graphemes(grapheme_prefix(text, most)) == std::min(graphemes(text), most), "so many graphemes");
    promise(graphemes(text) <= code_points(text), "no more graphemes than code points");
    return 0;
}
