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

// Writes the signed bytes, the signature and the certificate beside the message; complains where the message itself is
// not in the form that Python's fedmsg sends.
constexpr const char* take_apart = R"(
import base64, json, sys
folder = sys.argv[1] + '/'
bytes_ = open(folder + 'message', 'rb').read()
message = json.loads(bytes_)
canonical = lambda value: json.dumps(value, sort_keys=True, separators=(',', ':')).encode()
if canonical(message) != bytes_: sys.exit('the message is not in canonical form')
if message['crypto'] != 'x509': sys.exit('not x509')
open(folder + 'signature', 'wb').write(base64.b64decode(message['signature']))
certificate = base64.b64decode(message['certificate'])
open(folder + 'certificate', 'wb').write(certificate)
for key, raw in (('signature', base64.b64decode(message['signature'])), ('certificate', certificate)):
    if base64.encodebytes(raw).decode() != message[key]: sys.exit(key + ' is not in lines as Python writes them')
del message['signature'], message['certificate']
open(folder + 'signed', 'wb').write(canonical(message))
)";

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

std::string Signers::independent_complaint(const std::string& message) const {
    write_file(folder_ / "message", message);
    const auto apart = run({"python3", "-c", take_apart, folder_.path().string()});
    if (apart.status != 0) return apart.errors;
    write_file(folder_ / "public", must_run({"openssl", "x509", "-in", path("certificate"), "-noout", "-pubkey"}));
    const auto verified =
        run({"openssl", "dgst", "-sha1", "-verify", path("public"), "-signature", path("signature"), path("signed")});
    if (verified.output != "Verified OK\n") return verified.output + verified.errors;
    const auto chain =
        run({"openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", path("ca.crt"), path("certificate")});
    return chain.status == 0 ? "" : chain.output + chain.errors;
}

}  // namespace fedmsgbot::testing
