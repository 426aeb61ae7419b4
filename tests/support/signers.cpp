#include "tests/support/signers.h"

#include <stdexcept>
#include <vector>

#include "tests/support/process.h"

namespace fedmsgbot::testing {

namespace {

std::string must_run(std::vector<std::string> command) {
    const auto finished = run(std::move(command));
    if (finished.status != 0) throw std::runtime_error(finished.errors);
    return finished.output;
}

}  // namespace

Signers::Signers() {
    must_run({"openssl", "req", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-x509", "-subj", "/CN=CA of a test",
              "-keyout", path("ca.key"), "-out", path("ca.crt")});
    write_file(folder_ / "index", "");
    write_file(
        folder_ / "ca.cnf",
        "[ca]\ndefault_ca = it\n[it]\ndefault_md = sha256\ndefault_crl_days = 30\ndatabase = " + path("index") + "\n");
    add("koji-one");
    add("bodhi-two");
}

void Signers::add(const std::string& name) {
    must_run({"openssl", "req",
              "-newkey", "rsa:2048",
              "-nodes",  "-days",
              "30",      "-x509",
              "-subj",   "/OU=fedmsg/CN=" + name,
              "-addext", "basicConstraints=critical,CA:FALSE",
              "-CA",     path("ca.crt"),
              "-CAkey",  path("ca.key"),
              "-keyout", path(name + ".key"),
              "-out",    path(name + ".crt")});
}

std::string Signers::sign(nlohmann::json body, const std::string& name, const std::string& digest) const {
    body["crypto"] = "x509";
    write_file(folder_ / "signed", body.dump());
    must_run({"openssl", "dgst", digest, "-sign", path(name + ".key"), "-out", path("signature"), path("signed")});
    body["signature"] = must_run({"openssl", "base64", "-in", path("signature")});
    body["certificate"] = must_run({"openssl", "base64", "-in", path(name + ".crt")});
    return body.dump(2);
}

void Signers::revoke(const std::string& name) {
    std::vector<std::string> authority = {"openssl",  "ca",           "-config", path("ca.cnf"),
                                          "-keyfile", path("ca.key"), "-cert",   path("ca.crt")};
    auto list = authority;
    if (!name.empty()) {
        authority.insert(authority.end(), {"-revoke", path(name + ".crt")});
        must_run(std::move(authority));
    }
    list.insert(list.end(), {"-gencrl", "-out", path("crl.pem.new")});
    must_run(std::move(list));
    std::filesystem::rename(folder_ / "crl.pem.new", crl());
}

}  // namespace fedmsgbot::testing
