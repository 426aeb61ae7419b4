#include "bridges/timeline/json_answer.h"

#include <nlohmann/json.hpp>

namespace fedmsgbot {

PageAnswer json_answer(unsigned status, const nlohmann::ordered_json& json) {
    PageAnswer answer(status, "application/json",
                      json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    answer.is_open = true;
    return answer;
}

std::string json_line(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

PageAnswer json_error(unsigned status, const std::string& text) {
    return json_answer(status, nlohmann::ordered_json{{"error", text}});
}

}  // namespace fedmsgbot
