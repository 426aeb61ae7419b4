#pragma once

#include <string>

namespace fedmsgbot {

// What the command line says of an AMQP broker beside its address.
struct BrokerOptions {
    std::string tls_ca, tls_cert, tls_key, password_file;
};

// The same as a configuration would say it: the keys of a source's table, as TOML.
std::string broker_table(const std::string& url, const BrokerOptions& options);

}  // namespace fedmsgbot
