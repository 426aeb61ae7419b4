#include "bot/trust/signer.h"

#include <stdexcept>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace fedmsgbot {

namespace {

// OpenSSL looks an algorithm up behind a lock each time it is asked for by name: once is enough.
const EVP_MD* digest_kind(Digests digests) {
    static const DigestHandle sha1(EVP_MD_fetch(nullptr, "SHA1", nullptr));
    static const DigestHandle sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    if (!sha1 || !sha256) throw std::runtime_error("SHA-1 and SHA-256 are not to be had from OpenSSL");
    return digests == Digests::sha1 ? sha1.get() : sha256.get();
}

KeyContextHandle ready_key(EVP_PKEY* key, const EVP_MD* digest) {
    KeyContextHandle context(EVP_PKEY_CTX_new(key, nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), digest) != 1)
        return nullptr;
    return context;
}

std::string common_name(const X509* certificate) {
    const auto* subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (length < 0) return {};
    std::string name(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
    OPENSSL_free(utf8);
    return name;
}

bool is_verified(EVP_PKEY_CTX* key, EVP_MD_CTX* context, const EVP_MD* kind, std::string_view bytes,
                 std::string_view signature) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_DigestInit_ex2(context, kind, nullptr) != 1 || EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context, digest, &length) != 1)
        throw std::runtime_error("OpenSSL makes no digest");
    const bool is_right = EVP_PKEY_verify(key, reinterpret_cast<const unsigned char*>(signature.data()),
                                          signature.size(), digest, length) == 1;
    if (!is_right) ERR_clear_error();  // else a stranger's bad signatures would be found by TLS
    return is_right;
}

}  // namespace

std::optional<Signer> Signer::parse(std::string_view pem) {
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    // No password: a stranger's text must never ask on our terminal.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    Signer signer;
    signer.certificate_.reset(in ? PEM_read_bio_X509(in.get(), nullptr, no_password, nullptr) : nullptr);
    ERR_clear_error();
    if (!signer.certificate_) return std::nullopt;
    signer.name_ = common_name(signer.certificate_.get());
    auto* key = X509_get0_pubkey(signer.certificate_.get());
    if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
        signer.sha1_ = ready_key(key, digest_kind(Digests::sha1));
        signer.sha256_ = ready_key(key, digest_kind(Digests::sha1_and_sha256));
    }
    signer.digest_.reset(EVP_MD_CTX_new());
    if (!signer.digest_) throw std::runtime_error("OpenSSL makes no digest");
    ERR_clear_error();
    return signer;
}

std::size_t Signer::signature_bytes() const {
    return static_cast<std::size_t>(EVP_PKEY_get_size(X509_get0_pubkey(certificate_.get())));
}

bool Signer::has_signed(std::string_view bytes, std::string_view signature, Digests digests) const {
    if (sha1_ && is_verified(sha1_.get(), digest_.get(), digest_kind(Digests::sha1), bytes, signature)) return true;
    return digests == Digests::sha1_and_sha256 && sha256_ &&
           is_verified(sha256_.get(), digest_.get(), digest_kind(Digests::sha1_and_sha256), bytes, signature);
}

}  // namespace fedmsgbot
