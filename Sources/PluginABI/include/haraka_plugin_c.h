/* haraka_plugin_c.h - what makes a plugin in C (C11 and later, C++17) short. For one-file plugins; nothing of it is part of
 * the contract, which is haraka_plugin.h alone.
 *
 *     #define RCPT(X) X(U, call) X(i, rcpt_index) X(s, rcpt_user)     the parameters you want, with their types
 *     HK_HOOK(on_rcpt, RCPT) { return HK_V_CONT; }                    a function that has them, and void *ud
 *     HK_PLUGIN("org.example.mine", "1.0", HK_PF_RELOADABLE, HK_ON("rcpt", on_rcpt, HK_HF_INLINE))
 *
 * One list makes both the function's parameters and the signature that the server checks, so they cannot disagree. */
#ifndef HARAKA_PLUGIN_C_H
#define HARAKA_PLUGIN_C_H
#include "haraka_plugin.h"
#include <string.h>
#if defined(__GNUC__)
#define HK_UNUSED __attribute__((unused))
#else
#define HK_UNUSED
#endif

/* The C type of each letter of a signature. */
typedef int32_t hk_type_i;
typedef int64_t hk_type_I;
typedef uint32_t hk_type_u;
typedef uint64_t hk_type_U;
typedef uint8_t hk_type_b;
typedef double hk_type_d;
typedef hk_str hk_type_s, hk_type_B;
typedef void *hk_type_p;

/* A hook function: HK_HOOK(name, LIST) { body }. ud is the state that create made. */
#define HK_PARAMETER(type, name) , HK_UNUSED hk_type_##type name
#define HK_SIGNATURE(type, name) "," #name ":" #type
#define HK_HOOK(fn, LIST)                                                 \
    static const char fn##_signature[] = "i(ud:p" LIST(HK_SIGNATURE) ")"; \
    static hk_verdict fn(HK_UNUSED void *ud LIST(HK_PARAMETER))

/* One entry of HK_PLUGIN's list; a smaller priority (-100 ... 100) runs first. */
#define HK_ON(hook, fn, flags) HK_ON_AT(hook, fn, flags, 0)
#define HK_ON_AT(hook, fn, flags, priority) \
    { sizeof(hk_hook), (flags), (priority), 0, (hook), fn##_signature, (hk_fn)fn, NULL, NULL }

/* The plugin itself, and the symbol that the server looks for. HK_PLUGIN_WITH adds callbacks, each may be NULL: create and
 * start as hk_status f(void **state, hk_error *) and hk_status f(void *state, hk_error *), destroy as void f(void *state). */
#define HK_PLUGIN(id, version, flags, ...) HK_PLUGIN_WITH(id, version, flags, NULL, NULL, NULL, __VA_ARGS__)
#define HK_PLUGIN_WITH(id, version, flags, create, start, destroy, ...)                                                 \
    static hk_status hk_create_this(const hk_host *host, void **state, hk_error *err) {                                 \
        static const hk_hook hooks[] = {__VA_ARGS__};                                                                   \
        return hk_create(host, state, err, create, hooks, sizeof(hooks) / sizeof(hooks[0]));                            \
    }                                                                                                                   \
    static const hk_plugin hk_this_plugin = {sizeof(hk_plugin), HK_ABI_MAJOR, HK_ABI_MINOR, (flags), HK_ABI_DRAFT,      \
                                             {id, sizeof(id) - 1}, {version, sizeof(version) - 1}, hk_create_this,      \
                                             start, NULL, NULL, destroy, NULL};                                         \
    HK_EXPORT const hk_plugin *haraka_plugin_v1(HK_UNUSED uint16_t host_minor) { return &hk_this_plugin; }

/* The server and its tables, there from create on; NULL for a table that it does not have or grant. */
static const hk_host *hk_server;
static void *hk_ctx;
static const hk_ext_hooks *hk_hooks;
static const hk_ext_calls *hk_calls;
static const hk_ext_session *hk_facts;
static const hk_ext_notes *hk_notes;
static const hk_ext_config *hk_config;
static const hk_ext_exec *hk_exec;
static const hk_ext_message *hk_message;
static const hk_ext_dns *hk_dns;

/* Tables that the operator has to grant: NULL until create has called hk_use_net or hk_use_outbound, see below. */
static const hk_ext_net *hk_net;
static const hk_ext_outbound *hk_outbound;

static inline hk_str hk_view(const char *ptr, size_t len) {
    hk_str view;
    view.ptr = ptr;
    view.len = len;
    return view;
}
#define hk_lit(literal) hk_view("" literal, sizeof(literal) - 1)
static inline hk_str hk_text(const char *text) { return hk_view(text, text ? strlen(text) : 0); }
static inline int hk_equal(hk_str a, hk_str b) { return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0); }

/* One log line; scope is a session or transaction, or 0. */
static inline void hk_log(int32_t level, uint64_t scope, const char *text) { hk_server->log(hk_ctx, level, scope, hk_text(text)); }

/* What create and start answer when they refuse, with the administrator's sentence. */
static inline hk_status hk_fail(hk_error *err, hk_status code, const char *text) {
    size_t length = strlen(text) < sizeof(err->text) ? strlen(text) : sizeof(err->text) - 1;
    err->code = code;
    memcpy(err->text, text, length);
    err->text[length] = 0;
    return code;
}

/* In create: "return hk_use_outbound(err)". Without the capability the server doesn't load the plugin, and its log has the line
 * that the operator has to add to plugins.ini. */
static inline hk_status hk_use_net(hk_error *err) {
    hk_net = (const hk_ext_net *)hk_server->get_extension(hk_ctx, "haraka.net/1");
    return hk_net ? HK_OK : hk_fail(err, HK_E_DENIED, "it connects to other hosts, for which it needs the capability net");
}
static inline hk_status hk_use_outbound(hk_error *err) {
    hk_outbound = (const hk_ext_outbound *)hk_server->get_extension(hk_ctx, "haraka.outbound/1");
    return hk_outbound ? HK_OK : hk_fail(err, HK_E_DENIED, "it works with queued mail, for which it needs the capability queue");
}

/* A verdict with words: code 0 and enhanced NULL are the hook's own. A refused reply is a failure (0), see the log. */
static inline hk_verdict hk_reply(hk_call call, hk_verdict verdict, int32_t code, const char *enhanced, const char *text) {
    hk_status status = hk_calls->reply(hk_ctx, call, code, hk_text(enhanced), hk_text(text));
    return status == HK_OK || status == HK_E_STALE ? verdict : 0;
}
static inline hk_verdict hk_deny(hk_call call, int32_t code, const char *enhanced, const char *text) {
    return hk_reply(call, HK_V_DENY, code, enhanced, text);
}
static inline hk_verdict hk_deny_soft(hk_call call, int32_t code, const char *enhanced, const char *text) {
    return hk_reply(call, HK_V_DENYSOFT, code, enhanced, text);
}

/* Settles a call whose hook has answered HK_V_PENDING, from any thread; NULL for no words. HK_E_STALE: it was too late. */
static inline hk_status hk_complete(hk_call call, hk_verdict verdict, const char *words) {
    return hk_server->complete(hk_ctx, call, verdict, hk_text(words));
}

/* Gives the recipient another local part and goes on; a refused one is a failure (0). */
static inline hk_verdict hk_set_user(hk_call call, int32_t rcpt_index, hk_str user) {
    return hk_facts->rcpt_set_user(hk_ctx, call, (uint32_t)rcpt_index, user) == HK_OK ? HK_V_CONT : 0;
}

/* In get_mx: a host that the mail goes to, "mx.example.org", "192.0.2.1" or "/path" of a socket; port 0 is the usual one. The other
 * fields of hk_next_hop are 0 or absent: LMTP, TLS, AUTH and the like are yours to set. */
static inline hk_next_hop hk_hop(const char *host, int32_t port) {
    hk_next_hop hop;
    memset(&hop, 0, sizeof(hop));
    hop.struct_size = sizeof(hop);
    hop.host = hk_text(host);
    hop.port = port;
    return hop;
}
/* Names it, and the next one with the next call; a refused one is a failure (0). */
static inline hk_verdict hk_route(hk_call call, hk_next_hop hop) {
    return hk_outbound && hk_outbound->add_next_hop(hk_ctx, call, &hop) == HK_OK ? HK_V_OK : 0;
}

/* In queue and queue_outbound: the server queues the message, and the client gets 250 when it is on the disk. */
static inline hk_verdict hk_enqueue(hk_call call) {
    return hk_outbound && hk_outbound->enqueue(hk_ctx, call) == HK_OK ? HK_V_OK : 0;
}

/* Queues a mail to one address. sender "": nothing comes back. text: header and body, each line with CRLF. done runs once on the
 * lane if the answer is HK_OK, else never; it may not be NULL. */
static inline hk_status hk_submit(const char *sender, const char *recipient, const char *text,
                                  void (*done)(void *ud, hk_status status, uint64_t queue_id), void *ud) {
    hk_mail mail;
    hk_str to = hk_text(recipient), part = hk_text(text);
    if (!hk_outbound) return HK_E_DENIED;
    memset(&mail, 0, sizeof(mail));
    mail.struct_size = sizeof(mail);
    mail.recipient_count = mail.part_count = 1;
    mail.sender = hk_text(sender);
    mail.recipients = &to;
    mail.parts = &part;
    return hk_outbound->submit(hk_ctx, &mail, done, ud);
}

/* A note as a C string; scope is a session or transaction. 0 when it is absent, no text, or does not fit. */
static inline int hk_note_text(uint64_t scope, const char *key, char *buf, size_t cap) {
    hk_value value;
    size_t need = 0;
    if (cap == 0 || hk_notes->get(hk_ctx, scope, hk_text(key), &value, buf, cap - 1, &need) != HK_OK || value.type != HK_T_STR)
        return 0;
    buf[value.as.s.len] = 0;
    return 1;
}
static inline hk_status hk_set_note_text(uint64_t scope, const char *key, const char *text) {
    hk_value value;
    memset(&value, 0, sizeof(value));
    value.type = HK_T_STR;
    value.as.s = hk_text(text);
    return hk_notes->set(hk_ctx, scope, hk_text(key), &value);
}

/* A text of the configuration ("mine.ini:section.key") as a C string; 0 when it is absent, no text, or does not fit. */
static inline int hk_config_text(const char *path, char *buf, size_t cap) {
    hk_value value;
    size_t need = 0;
    if (cap == 0 || hk_config->get(hk_ctx, hk_text(path), &value, buf, cap - 1, &need) != HK_OK || value.type != HK_T_STR)
        return 0;
    buf[value.as.s.len] = 0;
    return 1;
}

/* A truth value; true, yes, ok, enabled, on and 1 are true, any other word is false. */
static inline int hk_config_bool(const char *path, int absent) {
    static const char *const words[] = {"true", "yes", "ok", "enabled", "on", "1"};
    char text[16];
    hk_value value;
    size_t need = 0, i, k;
    hk_status status = hk_config->get(hk_ctx, hk_text(path), &value, text, sizeof(text), &need);
    if (status != HK_OK) return status == HK_E_BUFFER ? 0 : absent;
    if (value.type != HK_T_STR) return value.type == HK_T_F64 ? value.as.d > 0 : value.as.u != 0;
    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (k = 0; k < value.as.s.len && words[i][k] == (text[k] >= 'A' && text[k] <= 'Z' ? text[k] + 32 : text[k]); k++) {}
        if (k == value.as.s.len && words[i][k] == 0) return 1;
    }
    return 0;
}

/* A whole number; absent when there is none. */
static inline int64_t hk_config_int(const char *path, int64_t absent) {
    char text[32];
    hk_value value;
    size_t need = 0, i = 0;
    int64_t number = 0;
    if (hk_config->get(hk_ctx, hk_text(path), &value, text, sizeof(text), &need) != HK_OK) return absent;
    if (value.type == HK_T_I64 || value.type == HK_T_U64) return value.as.i;
    if (value.type != HK_T_STR || value.as.s.len > 18) return absent;
    if (value.as.s.len > 1 && text[0] == '-') i = 1;
    if (i == value.as.s.len) return absent;
    for (; i < value.as.s.len; i++) {
        if (text[i] < '0' || text[i] > '9') return absent;
        number = number * 10 + (text[i] - '0');
    }
    return text[0] == '-' ? -number : number;
}

/* What HK_PLUGIN's create does: the tables, the author's create, the hooks. */
static inline hk_status hk_create(const hk_host *host, void **state, hk_error *err, hk_status (*create)(void **, hk_error *),
                                  const hk_hook *hooks, size_t count) {
    hk_status status = HK_OK;
    size_t i;
    hk_server = host;
    hk_ctx = host->ctx;
    hk_hooks = (const hk_ext_hooks *)host->get_extension(hk_ctx, "haraka.hooks/1");
    hk_calls = (const hk_ext_calls *)host->get_extension(hk_ctx, "haraka.calls/1");
    hk_facts = (const hk_ext_session *)host->get_extension(hk_ctx, "haraka.session/1");
    hk_notes = (const hk_ext_notes *)host->get_extension(hk_ctx, "haraka.notes/1");
    hk_config = (const hk_ext_config *)host->get_extension(hk_ctx, "haraka.config/1");
    hk_exec = (const hk_ext_exec *)host->get_extension(hk_ctx, "haraka.exec/1");
    hk_message = (const hk_ext_message *)host->get_extension(hk_ctx, "haraka.message/1");
    hk_dns = (const hk_ext_dns *)host->get_extension(hk_ctx, "haraka.dns/1");
    *state = NULL;
    if (host->abi_major != HK_ABI_MAJOR || host->draft != HK_ABI_DRAFT)
        return hk_fail(err, HK_E_UNSUPPORTED, "the server has another draft of the plugin ABI: rebuild with this server's SDK");
    if (!hk_hooks || !hk_calls || !hk_facts || !hk_config)
        return hk_fail(err, HK_E_UNSUPPORTED, "the server lacks one of haraka.hooks/1, calls/1, session/1, config/1");
    if (create != NULL) status = create(state, err);
    for (i = 0; i < count && status == HK_OK; i++) {
        hk_hook hook = hooks[i];
        hook.ud = *state;
        status = hk_hooks->add(hk_ctx, &hook);
        if (status != HK_OK) return hk_fail(err, status, hook.hook);
    }
    return status;
}
#endif
