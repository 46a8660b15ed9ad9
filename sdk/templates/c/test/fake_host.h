/* A server in a hundred lines, enough to run the hooks of one plugin: it has the configuration and the facts that the test
 * gives it, and keeps what the plugin logs and replies. */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H
#include "haraka_plugin.h"
#include <stdio.h>
#include <string.h>

static struct { const char *path, *text; } fake_config[16];
static hk_hook fake_hooks[16];
static size_t fake_hook_count;
static char fake_log[1024], fake_reply[1024];
static int32_t fake_code;

static hk_status fake_add(void *ctx, const hk_hook *hook) {
    (void)ctx;
    if (fake_hook_count == 16) return HK_E_LIMIT;
    fake_hooks[fake_hook_count++] = *hook;
    return HK_OK;
}

static hk_status fake_describe(void *ctx, const char *hook, hk_sink out) {
    (void)ctx, (void)hook, (void)out;
    return HK_E_UNSUPPORTED;
}

static hk_status fake_get(void *ctx, hk_str path, hk_value *out, char *buf, size_t cap, size_t *need) {
    (void)ctx;
    for (size_t i = 0; i < 16 && fake_config[i].path; i++) {
        size_t length = strlen(fake_config[i].text);
        if (strlen(fake_config[i].path) != path.len || memcmp(fake_config[i].path, path.ptr, path.len) != 0) continue;
        if (need) *need = length;
        if (length > cap) return HK_E_BUFFER;
        memcpy(buf, fake_config[i].text, length);
        out->type = HK_T_STR;
        out->as.s.ptr = buf;
        out->as.s.len = length;
        return HK_OK;
    }
    return HK_E_NOT_FOUND;
}

static hk_status fake_take_reply(void *ctx, hk_call call, int32_t code, hk_str enhanced, hk_str text) {
    (void)ctx, (void)call;
    fake_code = code;
    snprintf(fake_reply, sizeof(fake_reply), "%.*s %.*s", (int)enhanced.len, enhanced.ptr ? enhanced.ptr : "",
             (int)text.len, text.ptr ? text.ptr : "");
    return HK_OK;
}

static const hk_ext_hooks fake_hooks_table = {sizeof(hk_ext_hooks), 0, fake_add, fake_describe};
static const hk_ext_calls fake_calls_table = {.struct_size = sizeof(hk_ext_calls), .reply = fake_take_reply};
static const hk_ext_session fake_session_table = {.struct_size = sizeof(hk_ext_session)};
static const hk_ext_config fake_config_table = {.struct_size = sizeof(hk_ext_config), .get = fake_get};

static const void *fake_extension(void *ctx, const char *id) {
    (void)ctx;
    if (!strcmp(id, "haraka.hooks/1")) return &fake_hooks_table;
    if (!strcmp(id, "haraka.calls/1")) return &fake_calls_table;
    if (!strcmp(id, "haraka.session/1")) return &fake_session_table;
    if (!strcmp(id, "haraka.config/1")) return &fake_config_table;
    return NULL;
}

static void fake_take_log(void *ctx, int32_t level, uint64_t scope, hk_str text) {
    (void)ctx, (void)level, (void)scope;
    snprintf(fake_log, sizeof(fake_log), "%.*s", (int)text.len, text.ptr);
}

static hk_status fake_complete(void *ctx, hk_call call, hk_verdict verdict, hk_str reply) {
    (void)ctx, (void)call, (void)verdict, (void)reply;
    return HK_E_STALE;
}

static const hk_host fake_host = {.struct_size = sizeof(hk_host), .abi_major = HK_ABI_MAJOR, .draft = HK_ABI_DRAFT,
                                  .get_extension = fake_extension, .log = fake_take_log, .complete = fake_complete};

/* The function that the plugin registered on that hook, or NULL. Call it with the types of its signature. */
static hk_fn fake_find(const char *hook) {
    for (size_t i = 0; i < fake_hook_count; i++)
        if (!strcmp(fake_hooks[i].hook, hook)) return fake_hooks[i].fn;
    return NULL;
}
#endif
