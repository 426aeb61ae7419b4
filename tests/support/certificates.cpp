#include "tests/support/certificates.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/world.h"

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
    make_server_certificate(folder, host);
    return made;
}

void make_server_certificate(const std::filesystem::path& folder, const std::string& host) {
    openssl({"-subj", "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-addext",
             "basicConstraints=critical,CA:FALSE", "-CA", (folder / "authority.pem").string(), "-CAkey",
             (folder / "authority.key").string(), "-keyout", (folder / "server.key").string(), "-out",
             (folder / "server.pem").string()});
}

void make_expired_certificate(const std::filesystem::path& folder, const std::string& host) {
    const auto request = folder / "request.pem", names = folder / "names";
    write_file(names, "subjectAltName=DNS:" + host + "\n");
    const auto asked = run({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                            "/CN=" + host, "-keyout", (folder / "server.key").string(), "-out", request.string()});
    const auto signed_ =
        run({"openssl", "x509", "-req", "-in", request.string(), "-days", "-1", "-extfile", names.string(), "-CA",
             (folder / "authority.pem").string(), "-CAkey", (folder / "authority.key").string(), "-CAcreateserial",
             "-out", (folder / "server.pem").string()});
    if (asked.status != 0 || signed_.status != 0) throw std::runtime_error("openssl: " + asked.errors + signed_.errors);
}

void make_client_certificate(const std::filesystem::path& folder, const std::string& name) {
    openssl({"-subj", "/CN=" + name, "-addext", "basicConstraints=critical,CA:FALSE", "-addext",
             "extendedKeyUsage=clientAuth", "-CA", (folder / "authority.pem").string(), "-CAkey",
             (folder / "authority.key").string(), "-keyout", (folder / (name + ".key")).string(), "-out",
             (folder / (name + ".pem")).string()});
}

void let_expire(const std::filesystem::path& folder, const std::string& name) {
    const auto path = [&folder](const std::string& file) { return (folder / file).string(); };
    const auto certificate = path(name + ".pem"), request = path(name + ".csr");
    write_file(folder / "names", "subjectAltName=DNS:localhost\n");
    for (const auto& command :
         {std::vector<std::string>{"openssl", "x509", "-in", certificate, "-x509toreq", "-signkey", path(name + ".key"),
                                   "-out", request},
          std::vector<std::string>{"openssl", "x509", "-req", "-in", request, "-CA", path("authority.pem"), "-CAkey",
                                   path("authority.key"), "-days", "-1", "-extfile", path("names"), "-out",
                                   certificate}})
        if (const auto finished = run(command); finished.status != 0)
            throw std::runtime_error("openssl: " + finished.errors);
}

}  // namespace fedmsgbot::testing
