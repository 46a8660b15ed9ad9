/* Passwords against what a file keeps of them: crypt(3) of libcrypt, SCRAM's keys of libcrypto. */
#ifndef CPASSWORDS_H
#define CPASSWORDS_H
#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

/* 1 when they are equal; how long it takes depends on count only. */
static inline int passwords_equal(const void *left, const void *right, size_t count) {
    return CRYPTO_memcmp(left, right, count) == 0;
}

/* 1 when the string names a way of crypt(3) that libcrypt still thinks strong enough. */
static inline int passwords_crypt_is_sound(const char *hash) { return crypt_checksalt(hash) == CRYPT_SALT_OK; }

/* 1 when the password, NUL-ended, gives this string. */
static inline int passwords_crypt_matches(const char *password, const char *hash) {
    struct crypt_data *data = calloc(1, sizeof *data);
    if (data == NULL) return 0;
    const char *made = crypt_r(password, hash, data);
    /* libcrypt answers what it cannot do with a string that begins with an asterisk. */
    int same = made != NULL && made[0] != '*' && strlen(made) == strlen(hash) &&
               CRYPTO_memcmp(made, hash, strlen(hash)) == 0;
    OPENSSL_cleanse(data, sizeof *data);
    free(data);
    return same;
}

/* RFC 5802 3: StoredKey of a password, 32 bytes by SHA-256. 1 when it was made. */
static inline int passwords_stored_key(const char *password, size_t count, const unsigned char *salt, size_t salt_count,
                                       unsigned iterations, unsigned char *stored_key) {
    unsigned char salted[32], client_key[32];
    unsigned length = sizeof client_key;
    int made = PKCS5_PBKDF2_HMAC(password, (int)count, salt, (int)salt_count, (int)iterations, EVP_sha256(),
                                 sizeof salted, salted) == 1 &&
               HMAC(EVP_sha256(), salted, sizeof salted, (const unsigned char *)"Client Key", 10, client_key, &length) &&
               EVP_Digest(client_key, length, stored_key, NULL, EVP_sha256(), NULL) == 1;
    OPENSSL_cleanse(salted, sizeof salted);
    OPENSSL_cleanse(client_key, sizeof client_key);
    return made;
}
#endif
