#include "bot/core/failure.h"

#include <algorithm>
#include <array>

#include "bot/core/severity.h"

namespace fedmsgbot {

bool tells_of_failure(const Message& message, std::string_view sentence) {
    constexpr std::array words = {std::string_view("fail"), std::string_view("FAIL"), std::string_view("Fail"),
                                  std::string_view("error")};
    return severity(message.headers()) >= Severity::error || std::any_of(words.begin(), words.end(), [&](auto word) {
               return sentence.find(word) != std::string_view::npos;
           });
}

}  // namespace fedmsgbot
