#include "bot/trust/signing_key.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "bot/trust/base64.h"
#include "bot/trust/python_text.h"

namespace fedmsgbot {

namespace {

// A daemon has nobody to ask.
int no_password(char*, int, int, void*) { return -1; }

CanonicalMember text_member(std::string key, std::string_view text) {
    CanonicalMember member{std::move(key), {}, std::string(text)};
    append_python_text(member.value, text);
    return member;
}

Result<CertificateHandle> read_certificate(const std::filesystem::path& file) {
    const BioHandle in(BIO_new_file(file.c_str(), "r"));
    if (!in) return Problem{{file.string()}, std::strerror(errno)};
    CertificateHandle certificate(PEM_read_bio_X509(in.get(), nullptr, no_password, nullptr));
    if (!certificate) return Problem{{file.string()}, "no certificate (PEM) is in it"};
    return certificate;
}

Result<KeyHandle> read_key(const std::filesystem::path& file) {
    const BioHandle in(BIO_new_file(file.c_str(), "r"));
    if (!in) return Problem{{file.string()}, std::strerror(errno)};
    KeyHandle key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
    if (!key) return Problem{{file.string()}, "no private key (PEM, without a password) is in it"};
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return Problem{{file.string()}, "not an RSA key, and the bus knows no other"};
    return key;
}

std::string pem_of(X509* certificate) {
    const BioHandle out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_X509(out.get(), certificate) != 1)
        throw std::runtime_error("OpenSSL writes no certificate");
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace

Result<SigningKey> SigningKey::load(const std::filesystem::path& cert_file, const std::filesystem::path& key_file) {
    const auto certificate = read_certificate(cert_file);
    auto key = read_key(key_file);
    Problems problems;
    if (!certificate) problems = certificate.problems();
    if (!key) problems.insert(problems.end(), key.problems().begin(), key.problems().end());
    if (problems.empty() && X509_check_private_key(certificate->get(), key->get()) != 1)
        problems.push_back({{key_file.string()}, "not the key of the certificate in " + cert_file.string()});
    ERR_clear_error();  // else they would be found by TLS
    if (!problems.empty()) return problems;
    SigningKey made;
    made.certificate_ = pem_of(certificate->get());
    made.key_ = std::move(*key);
    return made;
}

std::string SigningKey::sign(std::string_view bytes) const {
    const std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* padding = nullptr;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t size = 0;
    std::string signature;
    const bool is_ready = context &&
                          EVP_DigestSignInit(context.get(), &padding, EVP_sha1(), nullptr, key_.get()) == 1 &&
                          EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PADDING) == 1 &&
                          EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) == 1;
    if (is_ready) signature.resize(size);
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    if (!is_ready || EVP_DigestSign(context.get(), out, &size, data, bytes.size()) != 1)
        throw std::runtime_error("OpenSSL does not sign with SHA-1, which the bus demands");
    signature.resize(size);
    return signature;
}

std::vector<CanonicalMember> with_credentials(std::vector<CanonicalMember> members, std::string_view signature,
                                              std::string_view certificate) {
    members.push_back(text_member("signature", encode_base64(signature)));
    members.push_back(text_member("certificate", encode_base64(certificate)));
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return members;
}

std::vector<CanonicalMember> signed_members(std::vector<CanonicalMember> members, const SigningKey& key) {
    members.push_back(text_member("crypto", "x509"));
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    const auto signature = key.sign(canonical_object(members));
    return with_credentials(std::move(members), signature, key.certificate());
}

}  // namespace fedmsgbot
