#include "bot/trust/authority.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "bot/core/log.h"

namespace fedmsgbot {

namespace {

BioHandle open(const std::filesystem::path& file) { return BioHandle(BIO_new_file(file.c_str(), "rb")); }

std::string_view sentence_for(int error) {
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "the certificate has expired";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "the certificate is not valid yet";
        case X509_V_ERR_CERT_REVOKED:
            return "the certificate is revoked";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "the certificate is self-signed";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return "the certificate is not issued by the CA";
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return "the CRL has expired";
        case X509_V_ERR_CRL_NOT_YET_VALID:
            return "the CRL is not valid yet";
        case X509_V_ERR_UNABLE_TO_GET_CRL:
        case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
        case X509_V_ERR_CRL_SIGNATURE_FAILURE:
            return "the CRL is not issued by the CA";
        default:
            return "the certificate does not pass";
    }
}

}  // namespace

Result<Authority> Authority::load(const std::filesystem::path& ca_file, std::optional<std::filesystem::path> crl_file) {
    Authority authority;
    errno = 0;
    const auto in = open(ca_file);
    if (!in) return Problem{{ca_file.string()}, errno ? std::strerror(errno) : "cannot be read"};
    authority.ca_.reset(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!authority.ca_) return Problem{{ca_file.string()}, "no certificate in PEM"};
    authority.crl_file_ = std::move(crl_file);
    if (authority.crl_file_) authority.stamp_ = stamp_of(*authority.crl_file_);
    if (auto problems = authority.read_list(); !problems.empty()) return problems;
    return authority;
}

Problems Authority::read_list() {
    StoreHandle store(X509_STORE_new());
    if (!store || X509_STORE_add_cert(store.get(), ca_.get()) != 1) throw std::runtime_error("OpenSSL takes no CA");
    if (crl_file_) {
        errno = 0;
        const auto in = open(*crl_file_);
        if (!in) return {{{crl_file_->string()}, errno ? std::strerror(errno) : "cannot be read"}};
        const CrlHandle crl(PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
        ERR_clear_error();
        if (!crl) return {{{crl_file_->string()}, "no CRL in PEM"}};
        if (X509_STORE_add_crl(store.get(), crl.get()) != 1) throw std::runtime_error("OpenSSL takes no CRL");
        X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    }
    store_ = std::move(store);
    ++generation_;
    return {};
}

void Authority::refresh(std::chrono::system_clock::time_point now) {
    if (!crl_file_) return;
    // Also when the clock was put back.
    if (now >= looked_at_ && now - looked_at_ < std::chrono::seconds(1)) return;
    looked_at_ = now;
    const auto stamp = stamp_of(*crl_file_);
    if (stamp == stamp_) return;
    stamp_ = stamp;
    if (const auto problems = read_list(); !problems.empty())
        log::warn("trust.crl_unreadable", {{"file", crl_file_->string()}, {"why", problems.front().text}});
    else
        log::info("trust.crl_read", {{"file", crl_file_->string()}});
}

std::string_view Authority::objection(const Signer& signer, std::chrono::system_clock::time_point now) const {
    // Its key is for certificates; upstream would take its word for any topic.
    if (X509_cmp(signer.certificate(), ca_.get()) == 0) return "the certificate is the CA's own";
    const StoreContextHandle context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store_.get(), signer.certificate(), nullptr) != 1)
        throw std::runtime_error("OpenSSL checks no certificate");
    X509_STORE_CTX_set_time(context.get(), 0, std::chrono::system_clock::to_time_t(now));
    // The bus' own certificates are signed with SHA-1, some with keys of 1024 bits.
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context.get()), 0);
    const bool is_good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    return is_good ? std::string_view() : sentence_for(X509_STORE_CTX_get_error(context.get()));
}

}  // namespace fedmsgbot
