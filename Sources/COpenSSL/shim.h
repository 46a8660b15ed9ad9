#pragma once
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ocsp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// What OpenSSL offers as macros only, which Swift cannot import. One line each, and nothing but the macro.

static inline int copenssl_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) && SSL_CTX_set_max_proto_version(context, highest);
}

static inline int copenssl_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}

static inline void copenssl_set_modes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static inline void copenssl_disable_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline void copenssl_limit_certificates(SSL_CTX *context, long bytes) {
    SSL_CTX_set_max_cert_list(context, bytes);
}

// No renegotiation, no compression.
static inline void copenssl_set_safe_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

static inline void copenssl_prefer_server(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}

static inline void copenssl_disable_tickets(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}

static inline int copenssl_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline void copenssl_on_server_name(SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline void copenssl_on_status(SSL_CTX *context, int (*callback)(SSL *, void *), void *argument) {
    SSL_CTX_set_tlsext_status_cb(context, callback);
    SSL_CTX_set_tlsext_status_arg(context, argument);
}

// OpenSSL takes the bytes over: they are from OPENSSL_malloc.
static inline void copenssl_set_staple(SSL *connection, unsigned char *bytes, long count) {
    SSL_set_tlsext_status_ocsp_resp(connection, bytes, count);
}

static inline long copenssl_get_staple(SSL *connection, const unsigned char **bytes) {
    return SSL_get_tlsext_status_ocsp_resp(connection, bytes);
}

static inline void copenssl_request_staple(SSL *connection) {
    SSL_set_tlsext_status_type(connection, TLSEXT_STATUSTYPE_ocsp);
}

static inline int copenssl_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}

static inline int copenssl_negotiated_group(SSL *connection) {
    return (int)SSL_get_negotiated_group(connection);
}

static inline int copenssl_has_extended_master_secret(SSL *connection) {
    return SSL_get_extms_support(connection) == 1;
}

static inline void *copenssl_malloc(size_t count) {
    return OPENSSL_malloc(count);
}

static inline void copenssl_free(void *bytes) {
    OPENSSL_free(bytes);
}

static inline long copenssl_bio_bytes(BIO *bio, char **bytes) {
    return BIO_get_mem_data(bio, bytes);
}

// Flags that are spelt as expressions.
static inline unsigned long copenssl_name_flags(void) {
    return XN_FLAG_RFC2253;
}

static inline int copenssl_rsa(void) { return EVP_PKEY_RSA; }
static inline int copenssl_rsa_pss(void) { return EVP_PKEY_RSA_PSS; }
static inline int copenssl_ec(void) { return EVP_PKEY_EC; }
static inline int copenssl_ed25519(void) { return EVP_PKEY_ED25519; }

// Stacks are typed by macros too.
static inline int copenssl_count_names(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

static inline const GENERAL_NAME *copenssl_name(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

static inline void copenssl_free_names(GENERAL_NAMES *names) {
    GENERAL_NAMES_free(names);
}

static inline int copenssl_count_issuers(const STACK_OF(X509_NAME) *names) {
    return sk_X509_NAME_num(names);
}

static inline void copenssl_free_issuers(STACK_OF(X509_NAME) *names) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
}

static inline STACK_OF(X509) *copenssl_new_stack(void) { return sk_X509_new_null(); }
static inline int copenssl_push(STACK_OF(X509) *stack, X509 *certificate) { return sk_X509_push(stack, certificate); }
static inline void copenssl_free_stack(STACK_OF(X509) *stack) { sk_X509_free(stack); }

// The one getter whose argument should be const and isn't; it changes nothing.
static inline int copenssl_serial(const OCSP_CERTID *identity, ASN1_INTEGER **serial) {
    return OCSP_id_get0_info(NULL, NULL, NULL, serial, (OCSP_CERTID *)identity);
}

// The parameters' names must live as long as the list, which Swift's own literals don't.
static inline int copenssl_start_hmac_sha256(EVP_MAC_CTX *mac, const unsigned char *key, size_t count) {
    OSSL_PARAM parameters[3];
    parameters[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, count);
    parameters[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0);
    parameters[2] = OSSL_PARAM_construct_end();
    return EVP_MAC_CTX_set_params(mac, parameters);
}
