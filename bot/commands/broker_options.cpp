#include "bot/commands/broker_options.h"

#include <utility>

#include <fmt/format.h>

#include "bot/commands/toml_text.h"

namespace fedmsgbot {

std::string broker_table(const std::string& url, const BrokerOptions& options) {
    auto table = fmt::format("url = {}\n", toml_text(url));
    for (const auto& [key, value] : {std::pair("ca_file", &options.tls_ca),
                                     {"cert_file", &options.tls_cert},
                                     {"key_file", &options.tls_key},
                                     {"password_file", &options.password_file}})
        if (!value->empty()) table += fmt::format("{} = {}\n", key, toml_text(*value));
    return table;
}

}  // namespace fedmsgbot
