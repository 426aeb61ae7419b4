#include "tests/support/certificates.h"

#include <stdexcept>

#include "tests/support/process.h"

namespace fedmsgbot::testing {

namespace {

void openssl(std::vector<std::string> words) {
    words.insert(words.begin(), {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                 "-nodes", "-days", "2"});
    const auto finished = run(std::move(words));
    if (finished.status != 0) throw std::runtime_error("openssl: " + finished.errors);
}

}  // namespace

Certificates make_certificates(const std::filesystem::path& folder, const std::string& host) {
    const Certificates made{folder / "authority.pem", folder / "server.pem", folder / "server.key"};
    const auto authority_key = (folder / "authority.key").string();
    openssl({"-subj", "/CN=Authority of a test", "-keyout", authority_key, "-out", made.authority.string()});
    openssl({"-subj", "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-addext",
             "basicConstraints=critical,CA:FALSE", "-CA", made.authority.string(), "-CAkey", authority_key, "-keyout",
             made.key.string(), "-out", made.certificate.string()});
    return made;
}

void make_client_certificate(const std::filesystem::path& folder, const std::string& name) {
    openssl({"-subj", "/CN=" + name, "-addext", "basicConstraints=critical,CA:FALSE", "-addext",
             "extendedKeyUsage=clientAuth", "-CA", (folder / "authority.pem").string(), "-CAkey",
             (folder / "authority.key").string(), "-keyout", (folder / (name + ".key")).string(), "-out",
             (folder / (name + ".pem")).string()});
}

}  // namespace fedmsgbot::testing
