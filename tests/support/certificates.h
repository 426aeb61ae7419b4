#pragma once

#include <filesystem>
#include <string>

namespace fedmsgbot::testing {

// An authority of a test's own and a server's certificate that it signed, made with the openssl command.
struct Certificates {
    std::filesystem::path authority;  // PEM, for ca_file
    std::filesystem::path certificate;
    std::filesystem::path key;
};

// `folder` must exist; the certificate is for the DNS name `host`.
Certificates make_certificates(const std::filesystem::path& folder, const std::string& host);

// In the place of the server's certificate in the folder, another by the same authority.
void make_server_certificate(const std::filesystem::path& folder, const std::string& host);

// In the place of the server's certificate in the folder, one by the same authority whose time is over.
void make_expired_certificate(const std::filesystem::path& folder, const std::string& host);

// NAME.pem and NAME.key for a client, signed by the authority that make_certificates left in the folder.
void make_client_certificate(const std::filesystem::path& folder, const std::string& name);

// Signs NAME.pem of the folder once more: it was good until yesterday.
void let_expire(const std::filesystem::path& folder, const std::string& name);

}  // namespace fedmsgbot::testing
