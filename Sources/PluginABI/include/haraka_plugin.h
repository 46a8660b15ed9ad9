/* haraka_plugin.h - the contract between the mail server and its plugins, major 1 (draft).
 *
 * C11, C23 and C++17; needs only <stddef.h> and <stdint.h>. Swift imports it as the module PluginABI, Rust mirrors it in
 * sdk/rust/haraka_plugin.rs.
 *
 * Rules that hold for every line of this file
 *  R1 Append only. A struct grows at its end; struct_size (set by its WRITER) says how far a reader may look. A field is
 *     there when its end lies within struct_size. The host never copies past its own sizeof.
 *  R2 Nobody frees the other side's memory. Text and bytes cross as views; results go to a caller's buffer or a sink.
 *  R3 Views handed INTO a call are dead when that call returns (hk_ext_calls.retain is the one way to keep them). Views
 *     handed to the host (a descriptor's id, a reply's text) are copied before the function returns; a descriptor, its
 *     function pointers and the signature strings must live as long as the process.
 *  R4 Sessions, transactions, calls, leases, timers are 64-bit tokens, never pointers. A token that has ended answers
 *     HK_E_STALE; it never crashes and is never reused while the process lives.
 *  R5 Every function says where it may be called: [any] any thread; [init] only inside create/start; [hook] only inside a
 *     hook, on that hook's thread; [pending] from the hook's answer HK_V_PENDING until its verdict is accepted, from any
 *     thread; [wait] may block, so on an event loop it answers HK_E_PHASE at once. Callbacks (timers, dns, net, service
 *     answers) run on the plugin's own lane.
 *  R6 Nothing unwinds across this boundary: no C++ exception, Rust panic, longjmp or Swift error.
 *  R7 hk_host, its ctx and every extension table live until the process ends; after destroy() they answer HK_E_SHUTDOWN.
 *  R8 No enum types, bit fields, long, long double, variadics or inline functions: every type has one size everywhere.
 *
 * Staged writes. Reads inside a call see the state at its start plus the call's own writes. Every write (facts, recipients,
 * headers, reply) is staged on the call and applied on the session's loop, all of it or nothing, when the call's verdict is
 * accepted. A call that timed out, was cancelled or was completed twice applies nothing, and its later writes are HK_E_STALE.
 *
 * "cap, need": a function that fills a caller's buffer writes at most cap bytes and stores the full length in *need (which
 * may be NULL). When the value does not fit, nothing is written and HK_E_BUFFER is returned; call again with *need bytes. */
#ifndef HARAKA_PLUGIN_H
#define HARAKA_PLUGIN_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#define HK_EXPORT __attribute__((visibility("default")))
#else
#define HK_EXPORT
#endif
#define HK_ABI_MAJOR 1
#define HK_ABI_MINOR 0
#define HK_ABI_DRAFT 2 /* equal on both sides until 1.0 is declared */

/* ---- Basic types ------------------------------------------------------------------------------------------------------- */

/* A view of bytes, not NUL-terminated. {NULL, 0} is "absent". Text is UTF-8 unless a comment says "bytes". */
typedef struct hk_str {
    const char *ptr;
    size_t len;
} hk_str;

typedef int32_t hk_status;  /* 0 or an HK_E_ code */
typedef int32_t hk_verdict; /* what a hook answers; Haraka's own numbers */
typedef uint64_t hk_call, hk_session, hk_txn, hk_lease, hk_timer; /* tokens (R4); 0 = none */

enum {
    HK_OK = 0,
    HK_E_UNSUPPORTED = -1, /* this host does not do that (yet) */
    HK_E_INVALID = -2,     /* an argument is outside what its comment allows */
    HK_E_STALE = -3,       /* the token has ended, or was never handed out */
    HK_E_NOT_FOUND = -4,   /* nothing of that name, path or index */
    HK_E_DENIED = -5,      /* the capability is not granted in config/plugins.ini */
    HK_E_BUFFER = -6,      /* the caller's buffer is too small; *need says how much it takes */
    HK_E_SIGNATURE = -7,   /* a signature string is malformed, or names what the hook does not offer */
    HK_E_PHASE = -8,       /* not here: see the function's thread tag */
    HK_E_SHUTDOWN = -9,    /* this plugin's generation was destroyed, or the server is stopping */
    HK_E_LIMIT = -10,      /* a documented bound was reached */
    HK_E_FAILED = -11      /* it was tried and did not work; hk_error or the log has the words */
};

enum {
    HK_V_CONT = 900,               /* no opinion: ask the next plugin */
    HK_V_STOP = 901,               /* end this chain, default effect */
    HK_V_DENY = 902,               /* refuse for good (5xx) */
    HK_V_DENYSOFT = 903,           /* refuse for now (4xx) */
    HK_V_DENYDISCONNECT = 904,     /* refuse for good and close */
    HK_V_DISCONNECT = 905,         /* close */
    HK_V_OK = 906,                 /* settled: yes */
    HK_V_NEXT_HOOK = 907,          /* run the hook that the reply names */
    HK_V_DELAY = 908,              /* send_email: not now; the reply is a number of seconds */
    HK_V_DENYSOFTDISCONNECT = 909, /* refuse for now and close */
    HK_V_PENDING = 1000            /* "I shall call complete()"; needs HK_HF_MAY_PEND */
};

/* Caller-owned. The writer sets code to an HK_E_ code and text to one NUL-ended sentence for the administrator. */
typedef struct hk_error {
    uint32_t struct_size;
    int32_t code;
    char text[248];
} hk_error;

typedef void (*hk_fn)(void); /* any function; its signature string gives the type */

/* Takes a text in parts, in order. write answers 0 to go on; anything else stops the writer, which passes it on. */
typedef struct hk_sink {
    void *ctx;
    hk_status (*write)(void *ctx, hk_str part);
} hk_sink;

enum { HK_T_NULL = 0, HK_T_BOOL = 'b', HK_T_I64 = 'I', HK_T_U64 = 'U', HK_T_F64 = 'd', HK_T_STR = 's', HK_T_BYTES = 'B' };

/* One value with its type: an HK_T_ code in type; reserved is 0. A bool is as.u 0 or 1. */
typedef struct hk_value {
    uint32_t type, reserved;
    union {
        int64_t i;
        uint64_t u;
        double d;
        hk_str s;
    } as;
} hk_value;

enum { HK_LOG_DATA = 9, HK_LOG_PROTOCOL = 8, HK_LOG_DEBUG = 7, HK_LOG_INFO = 6, HK_LOG_NOTICE = 5, HK_LOG_WARN = 4,
       HK_LOG_ERROR = 3, HK_LOG_CRIT = 2, HK_LOG_ALERT = 1, HK_LOG_EMERG = 0 };

/* ---- What the host hands over ------------------------------------------------------------------------------------------ */

typedef struct hk_host {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor;
    uint32_t draft, reserved;
    hk_str product, version; /* "haraka-swift", "0.1.0" */
    hk_str plugin_name;      /* as config/plugins names it: "queue/maildir" */
    void *ctx;               /* first argument of every host function */
    /* A table of functions by its id, e.g. "haraka.hooks/1". NULL when unknown or not granted. Lives as R7 says. [any] */
    const void *(*get_extension)(void *ctx, const char *id);
    /* One log line at an HK_LOG_ level (others are clamped), with the plugin's name and, when s is a live session or
     * transaction, its id. Control characters are escaped by the host; text is cut at 8 KiB. s may be 0. [any] */
    void (*log)(void *ctx, int32_t level, uint64_t s, hk_str text);
    /* Gives the verdict of a call, once; legal before the hook has returned HK_V_PENDING. reply may be absent, else it
     * replaces what calls.reply staged: a text of one or more lines, no codes. HK_E_STALE when the call was completed,
     * cancelled or timed out before; HK_E_INVALID when v is no verdict (the call then fails by its policy). [any] */
    hk_status (*complete)(void *ctx, hk_call c, hk_verdict v, hk_str reply);
} hk_host;

/* ---- What the plugin hands over ---------------------------------------------------------------------------------------- */

enum {
    HK_PF_SERIAL = 1u << 0,     /* never call me on two threads at once */
    HK_PF_RELOADABLE = 1u << 1, /* two generations may live side by side */
    HK_PF_FORK_SAFE = 1u << 2   /* the code may be used in a forked child */
};

typedef struct hk_plugin {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor;
    uint32_t flags, draft; /* draft: HK_ABI_DRAFT as compiled; 0 once 1.0 is declared */
    hk_str id, version;    /* id: reverse DNS, [A-Za-z0-9._-], 1 to 127 bytes; one process loads an id once per generation */
    /* Reads config, registers hooks and services. Runs on the plugin's lane with a deadline (30 s); not 0 = refused. */
    hk_status (*create)(const hk_host *host, void **state, hk_error *err);
    /* Optional: every plugin is created, take leases. Same lane, same deadline. */
    hk_status (*start)(void *state, hk_error *err);
    /* Optional: the configuration changed, same generation. HK_E_UNSUPPORTED = make a new generation, as without it;
     * any other than 0 = the old configuration stays in force. */
    hk_status (*reconfigure)(void *state, hk_error *err);
    /* Optional: no new calls will come; finish those under way. */
    void (*drain)(void *state);
    /* Optional: the last call into this generation. */
    void (*destroy)(void *state);
    /* Optional: tables that a later host may ask the plugin for. */
    const void *(*get_extension)(void *state, const char *id);
} hk_plugin;

/* The one exported symbol. The major version is in its NAME, so a loader sees it in .dynsym before any code runs.
 * It must be a function (Swift cannot export a C constant) and must do no work. NULL = "I need a newer host". */
HK_EXPORT const hk_plugin *haraka_plugin_v1(uint16_t host_minor);

/* ---- What a hook is told ----------------------------------------------------------------------------------------------- */

/* The facts of a hook, for functions of the form "i(args:p)". One layout serves every hook: a hook fills the fields that it
 * offers (hooks.describe lists them; docs/hooks.md has the table) and every fact known earlier; the others are 0 or
 * absent. Read-only. Valid until the hook returns, or until release() after retain(). */
typedef struct hk_args {
    uint32_t struct_size, reserved;
    void *ud;           /* as registered */
    hk_call call;       /* this call */
    hk_session session; /* this connection */
    hk_txn txn;         /* the mail transaction; 0 outside one */
    /* the connection */
    hk_str remote_ip;   /* "192.0.2.7", "2001:db8::1"; absent on a unix socket */
    hk_str local_ip;
    hk_str remote_host; /* reverse name: a name, "NXDOMAIN", "DNSERROR"; absent until looked up */
    hk_str hello_host;  /* the argument of HELO or EHLO, as sent */
    hk_str auth_user;   /* absent unless authenticated */
    hk_str tls;         /* "TLSv1.3 TLS_AES_256_GCM_SHA384"; absent on a plain connection */
    int32_t remote_port, local_port;
    uint8_t relaying;   /* 1: this client may send anywhere */
    uint8_t esmtp;      /* 1: it said EHLO */
    uint8_t pad[6];
    /* the transaction */
    hk_str mail_address; /* "user@example.org" without brackets; "" (present, empty) for the null sender */
    hk_str mail_user;    /* local part, unquoted, as sent */
    hk_str mail_domain;  /* lower case */
    uint64_t mail_size;  /* SIZE= of MAIL; 0 when not given */
    hk_str rcpt_address; /* of this recipient, after earlier plugins' rewrites */
    hk_str rcpt_user;
    hk_str rcpt_domain;  /* lower case */
    hk_str rcpt_original;/* as the client sent it */
    int32_t rcpt_index;  /* of this recipient, from 0 */
    int32_t rcpt_count;  /* recipients of the transaction, this one included */
    uint64_t size;       /* bytes of the message as received, headers added by the host not counted */
    /* one hook's own */
    hk_str command, argument;  /* unrecognized_command: verb in upper case, rest; vrfy: argument */
    hk_str denied_hook, denied_plugin, denied_text; /* deny: who refused, and with which words */
    int32_t denied_verdict;    /* deny: HK_V_DENY ... */
    int32_t log_level;         /* log: HK_LOG_ */
    hk_str log_text;           /* log: one line without its line end */
    hk_str queue_text;         /* queue_ok: what the queue plugin said */
    hk_str auth_mechanism, auth_secret, auth_token; /* auth_lookup, auth_verify, auth_token; need "auth.secret" */
    hk_str domain, next_hop;   /* get_mx, send_email, delivered, deferred, bounce */
    hk_str response;           /* delivered, deferred, bounce: the last reply of the next host */
    uint64_t queue_id;         /* outbound hooks: the queue entry */
    uint64_t delay_ms;         /* delivered: time in the queue; deferred: until the next try */
    int32_t attempts;          /* outbound hooks: tries so far */
    int32_t next_port;
} hk_args;

/* ---- "haraka.hooks/1": typed hooks ----------------------------------------------------------------------------------------
 * Two ways to take a hook's facts, built from one catalogue:
 *   "i(args:p)"  one pointer to hk_args; called directly. PluginKit and the Rust module use it.
 *   "i(...)"     the parameters that the plugin names, in its own order; called through libffi with a CIF prepared once.
 * signature :=  ret '(' [ name ':' type { ',' name ':' type } ] ')'          ret := 'i'
 * type      :=  i int32 | I int64 | u uint32 | U uint64 | b uint8 (0/1) | d double | s hk_str | B hk_str (bytes) | p void*
 * The plugin chooses which parameters it wants and in which order, from the fields of hk_args that the hook offers, e.g.
 *     "i(ud:p,call:U,rcpt_domain:s,remote_ip:s)"  fits  int32_t f(void*, uint64_t, hk_str, hk_str)
 * An unknown name or a wrong type is HK_E_SIGNATURE here, at registration - never a surprise during a session. */

enum {
    HK_HF_MAY_PEND = 1u << 0, /* may answer HK_V_PENDING */
    HK_HF_OBSERVE = 1u << 1,  /* its verdict is ignored; a failure continues */
    HK_HF_OPTIONAL = 1u << 2, /* an unknown hook name is HK_OK and never called, instead of HK_E_NOT_FOUND */
    HK_HF_INLINE = 1u << 3    /* returns at once: runs on the session's event loop, on all loops at the same time; not with SERIAL */
};
enum { HK_CANCEL_DISCONNECT = 1, HK_CANCEL_TIMEOUT = 2, HK_CANCEL_RSET = 3, HK_CANCEL_SHUTDOWN = 4 };

typedef struct hk_hook {
    uint32_t struct_size, flags;
    int32_t priority;    /* -100 ... 100, smaller runs first; equal ones in the order of config/plugins, then of add() */
    uint32_t timeout_ms; /* 0: the plugin's own timeout from the configuration (30 s) */
    const char *hook, *signature;
    hk_fn fn;
    void *ud; /* offered as the parameter ud:p, so one function can serve many */
    /* Optional, on the lane; advice: what complete() brings after it is HK_E_STALE. reason is an HK_CANCEL_ code. */
    void (*cancel)(void *ud, hk_call c, int32_t reason);
} hk_hook;

typedef struct hk_ext_hooks {
    uint32_t struct_size, reserved;
    /* Registers one function on one hook; *h is copied, what it points at must live on. HK_E_NOT_FOUND: no such hook;
     * HK_E_SIGNATURE; HK_E_INVALID: priority, flags or a NULL; HK_E_PHASE: after start returned. [init] */
    hk_status (*add)(void *ctx, const hk_hook *h);
    /* JSON: {"hook", "parameters": [{"name","type"}], "verdicts": [...]}. HK_E_NOT_FOUND. [any] */
    hk_status (*describe)(void *ctx, const char *hook, hk_sink out);
} hk_ext_hooks;

/* ---- "haraka.calls/1": the life of one hook call ---------------------------------------------------------------------------
 * All: HK_E_STALE when the call has ended. */
typedef struct hk_ext_calls {
    uint32_t struct_size, reserved;
    /* What the peer is told with this verdict. code 0 and enhanced absent: the hook's default. text: one or more lines
     * separated by LF or CRLF, each at most 480 bytes of printable ASCII, TAB or UTF-8, 64 lines at most; anything else
     * is HK_E_INVALID, as is an enhanced code whose class differs from the code's. A class that contradicts the verdict is
     * found when the verdict comes: the call then fails by its policy. With lookup_rdns and OK the text is the host name,
     * with NEXT_HOOK the hook's name, with DELAY a number of seconds. Staged. [hook or pending] */
    hk_status (*reply)(void *ctx, hk_call c, int32_t code, hk_str enhanced, hk_str text);
    /* Keeps the argument views (hk_args and all it points at) until release(). [hook] */
    hk_status (*retain)(void *ctx, hk_call c);
    /* Ends retain(); legal after the deadline too. HK_E_INVALID when not retained. [any] */
    hk_status (*release)(void *ctx, hk_call c);
    /* Still working: starts the deadline anew; HK_E_LIMIT after ten times the hook's timeout in all. [any] */
    hk_status (*progress)(void *ctx, hk_call c);
    /* 1 while a verdict would still be accepted, else 0. [any] */
    int32_t (*is_live)(void *ctx, hk_call c);
} hk_ext_calls;

/* ---- "haraka.services/1": functions that plugins offer each other ---------------------------------------------------------- */
enum { HK_SF_THREAD_SAFE = 1u << 0, HK_SF_PURE = 1u << 1 };

typedef struct hk_ext_services {
    uint32_t struct_size, reserved;
    /* Offers fn under name ("geoip.lookup") and version; one publisher a name, else HK_E_INVALID. Signatures as for hooks,
     * any return type. Without HK_SF_THREAD_SAFE calls are made on the publisher's lane only. [init] */
    hk_status (*publish)(void *ctx, const char *name, uint32_t version, const char *signature, hk_fn fn, void *fn_ctx, uint32_t flags);
    /* A lease on a published service; it pins the provider's generation until release. HK_E_NOT_FOUND, HK_E_SIGNATURE. [any] */
    hk_status (*acquire)(void *ctx, const char *name, uint32_t min_version, const char *signature, hk_lease *out);
    /* Same process and same signature: a plain pointer, good while the lease is held. HK_E_UNSUPPORTED: isolated. [any] */
    hk_status (*direct)(void *ctx, hk_lease l, hk_fn *fn, void **fn_ctx);
    /* Calls with values; a text result goes to text_out, any other to *ret. HK_E_SIGNATURE: nargs or a type differs. [wait] */
    hk_status (*call)(void *ctx, hk_lease l, const hk_value *args, uint32_t nargs, hk_value *ret, hk_sink text_out);
    /* The same without waiting; args are copied; done runs once, on the caller's lane, with a view good until it returns. [any] */
    hk_status (*call_async)(void *ctx, hk_lease l, const hk_value *args, uint32_t nargs,
                            void (*done)(void *ud, hk_status status, const hk_value *ret), void *ud);
    hk_status (*release)(void *ctx, hk_lease l); /* HK_E_STALE: released before. [any] */
} hk_ext_services;

/* ---- "haraka.session/1": facts of a connection and its transaction ---------------------------------------------------------
 * Setters are staged on the call; later plugins of the same chain see them. HK_E_STALE: the call ended; HK_E_PHASE: the hook
 * has no transaction; HK_E_NOT_FOUND: no recipient of that index; HK_E_INVALID: not an address (RFC 5321 4.1.2). */

/* Whom a connection stands for, as a trusted host in front of the server tells (XCLIENT). Texts are UTF-8 without control
 * characters; anything else is HK_E_INVALID, as is a struct_size below that of this struct. */
typedef struct hk_identity {
    uint32_t struct_size;
    int32_t remote_port;  /* 1 to 65535; 0: not known */
    hk_str remote_ip;     /* "192.0.2.7", "2001:db8::1"; never absent */
    hk_str remote_host;   /* its reverse name, 255 bytes without blanks; absent: it is looked up anew */
    hk_str local_ip;      /* the address that it reached; absent: as it is */
    int32_t local_port;   /* likewise, and what it says of AUTH and TLS holds (587: AUTH first); 0: as it is */
    uint8_t esmtp;        /* with hello_host: 1: it said EHLO */
    uint8_t pad[3];
    hk_str hello_host;    /* printable ASCII, 255 bytes; absent: it has yet to greet */
    hk_str auth_user;     /* who it is, 512 bytes; it may then send anywhere, as behind AUTH. Absent: nobody */
} hk_identity;

typedef struct hk_ext_session {
    uint32_t struct_size, reserved;
    /* A fact by its name in hk_args, "uuid", or "rcpt[N].address|user|domain|original". s: a session or transaction token,
     * or a call token to see that call's own writes. Text goes to buf and out->as.s views it. [any] */
    hk_status (*fact)(void *ctx, uint64_t s, const char *name, hk_value *out, char *buf, size_t cap, size_t *need);
    hk_status (*set_relaying)(void *ctx, hk_call c, int32_t on);                          /* needs "relaying" [hook or pending] */
    hk_status (*rcpt_set_user)(void *ctx, hk_call c, uint32_t index, hk_str user);        /* keeps the domain [hook or pending] */
    hk_status (*rcpt_rewrite)(void *ctx, hk_call c, uint32_t index, hk_str address);      /* the original stays readable [hook or pending] */
    hk_status (*rcpt_add)(void *ctx, hk_call c, hk_str address);                          /* accepted without another rcpt hook [hook or pending] */
    hk_status (*rcpt_drop)(void *ctx, hk_call c, uint32_t index);                         /* indexes of the others stay [hook or pending] */
    /* Answers auth_lookup. Binary values, 16 to 64 bytes; iterations at least 4096. Needs "auth.secret". [hook or pending] */
    hk_status (*set_verifier)(void *ctx, hk_call c, hk_str mechanism, hk_str salt, uint32_t iterations, hk_str stored_key, hk_str server_key);
    /* A line of the EHLO reply, in the hook "capabilities" only: printable ASCII, 500 bytes at most. [hook or pending] */
    hk_status (*add_capability)(void *ctx, hk_call c, hk_str line);
    /* The connection stands for another client; *who is copied. It counts with HK_V_OK of the hook unrecognized_command, for
     * a verb that no part of the server knows: then every fact of the former client is gone but TLS, and so are the notes
     * of the connection; its token stays, its uuid is a new one. Hook lookup_rdns runs again (without remote_host), then
     * connect, and the answer is a new greeting, or connect's refusal. HK_E_PHASE: another hook, or a transaction is open;
     * HK_E_INVALID: see hk_identity. Needs "identity". [hook or pending] */
    hk_status (*identify)(void *ctx, hk_call c, const hk_identity *who);
} hk_ext_session;

/* ---- "haraka.notes/1": values that plugins leave for each other -------------------------------------------------------------
 * scope: a session or txn token; a txn's notes end with it. Keys are the plugin's own ("<plugin>/<key>") unless they start
 * with '@', which all plugins share. "@skip_plugins" on a txn: names, comma separated, skipped for its rest. At most
 * 64 KiB a value and 1 MiB a scope (HK_E_LIMIT). */
typedef struct hk_ext_notes {
    uint32_t struct_size, reserved;
    hk_status (*get)(void *ctx, uint64_t scope, hk_str key, hk_value *out, char *buf, size_t cap, size_t *need); /* [any] */
    hk_status (*set)(void *ctx, uint64_t scope, hk_str key, const hk_value *v); /* HK_T_NULL or NULL removes [any] */
    /* A result for logs and other plugins. kind: "pass", "fail", "skip", "err", "msg". Read back as the note
     * "@results/<plugin>/<kind>", lines joined by LF. [any] */
    hk_status (*result)(void *ctx, uint64_t scope, const char *kind, hk_str text);
} hk_ext_notes;

/* ---- "haraka.config/1": the service directory's configuration -----------------------------------------------------------------
 * path := file [ ':' key ]. file is a name below config/ ("maildir.ini", "host_list"; without an ending .ini is tried,
 * then .yaml, .json, then a plain file). key is "section.key" or "key" (section main) with "[N]" for an element;
 * absent: the whole. A plain file is a list: "host_list:[0]". One call, or one create, never sees a snapshot change. */
typedef struct hk_ext_config {
    uint32_t struct_size, reserved;
    /* A scalar. Values from ini and plain files are HK_T_STR as written; yaml and json give their own types.
     * HK_E_NOT_FOUND: no such file or key; HK_E_INVALID: a list or a section (use json). [any] */
    hk_status (*get)(void *ctx, hk_str path, hk_value *out, char *buf, size_t cap, size_t *need);
    hk_status (*json)(void *ctx, hk_str path, hk_sink out); /* any value as JSON; ini values are strings [any] */
    /* The directory that the server serves from, absolute; the plugin may keep files below it. [any] */
    hk_status (*directory)(void *ctx, char *buf, size_t cap, size_t *need);
} hk_ext_config;

/* ---- "haraka.exec/1": the plugin's own lane ------------------------------------------------------------------------------------ */
typedef struct hk_ext_exec {
    uint32_t struct_size, reserved;
    hk_status (*post)(void *ctx, void (*fn)(void *ud), void *ud); /* run soon on this plugin's lane [any] */
    /* Run after ms, then every repeat_ms (0: once). [any] */
    hk_status (*after)(void *ctx, uint64_t ms, uint64_t repeat_ms, void (*fn)(void *ud), void *ud, hk_timer *out);
    /* When it returns, fn is not running and will not run. HK_E_STALE: it has run or was cancelled. [wait, not inside fn] */
    hk_status (*cancel)(void *ctx, hk_timer t);
} hk_ext_exec;

/* ---- "haraka.metrics/1" ----------------------------------------------------------------------------------------------------------- */
enum { HK_M_COUNTER = 1, HK_M_GAUGE = 2, HK_M_HISTOGRAM = 3 };
typedef struct hk_ext_metrics {
    uint32_t struct_size, reserved;
    /* name: [a-z_:][a-z0-9_:]*, prefixed with "haraka_plugin_"; labels: names, comma separated, 8 at most. [init] */
    hk_status (*define)(void *ctx, const char *name, int32_t kind, const char *help, const char *labels_csv, uint32_t *id);
    void (*add)(void *ctx, uint32_t id, double v, const hk_str *labels, uint32_t n); /* counter: +v; gauge: =v; histogram: one value [any] */
} hk_ext_metrics;

/* ---- "haraka.message/1": the text of the message ----------------------------------------------------------------------------------
 * From hook data on a transaction has headers of the host, from data_post on all of it. HK_E_PHASE: no message yet. */
enum {
    HK_EDIT_ADD_TOP = 1,    /* before the first field: "Name: value" CRLF. value may hold folded lines (CRLF and a blank) */
    HK_EDIT_ADD_END = 2,    /* after the last field */
    HK_EDIT_REMOVE = 3,     /* the nth field of that name; nth 0xFFFFFFFF: all of them */
    HK_EDIT_REPLACE = 4     /* the nth field of that name gets this value; HK_E_NOT_FOUND without one */
};
typedef struct hk_ext_message {
    uint32_t struct_size, reserved;
    /* The message as ordered segments, no copy: first the header block with every edit so far and its empty line, then
     * the untouched body in one or more pieces; lines end in CRLF, dots are unstuffed. *n: how many segments there are;
     * at most cap are stored. Good until the call ends, or until release() if retained. [hook or pending] */
    hk_status (*view)(void *ctx, hk_txn t, hk_call c, hk_str *parts, uint32_t cap, uint32_t *n);
    /* The same bytes, copied; *got 0 at the end. [any] */
    hk_status (*read)(void *ctx, hk_txn t, uint64_t offset, char *buf, size_t cap, size_t *got);
    /* The value of the nth field of that name, unfolded as it stands (CRLF kept), outer blanks removed. [any] */
    hk_status (*header)(void *ctx, hk_txn t, hk_str name, uint32_t nth, char *buf, size_t cap, size_t *need);
    /* Changes the header block; c must belong to a call of this transaction. HK_E_INVALID: a name outside RFC 5322 2.2,
     * a bare CR or LF, a line over 998 bytes. Staged. [hook or pending] */
    hk_status (*edit)(void *ctx, hk_call c, int32_t op, hk_str name, hk_str value, uint32_t nth);
} hk_ext_message;

/* ---- "haraka.dns/1": asynchronous DNS ---------------------------------------------------------------------------------------------- */
enum { HK_DNS_A = 1, HK_DNS_PTR = 12, HK_DNS_MX = 15, HK_DNS_TXT = 16, HK_DNS_AAAA = 28, HK_DNS_TLSA = 52 };
enum { HK_DNS_INSECURE = 0, HK_DNS_SECURE = 1, HK_DNS_BOGUS = 2 };
typedef struct hk_dns_answer {
    uint32_t struct_size;
    int32_t rcode;    /* 0, 2 SERVFAIL (bogus answers too), 3 NXDOMAIN ...; -1: no answer in time */
    uint32_t ttl;     /* seconds */
    int32_t security; /* HK_DNS_ */
    const hk_str *records; /* in presentation form: "192.0.2.1", "10 mx.example.org."; TXT: the strings joined, bytes */
    uint32_t count, reserved;
} hk_dns_answer;
typedef struct hk_ext_dns {
    uint32_t struct_size, reserved;
    /* Asks once; timeout_ms 0: 30 s. done runs once, on the lane, its answer good until it returns; rcode -1 also when the
     * plugin's generation ends. It may not be NULL (HK_E_INVALID), and never runs where the status isn't HK_OK. type: any number of RFC 1035 3.2.2; records that the server can't read as such are hexadecimal
     * (RFC 3597). HK_E_INVALID: not a name or type; HK_E_PHASE: in create, before there is a resolver. [any] */
    hk_status (*query)(void *ctx, hk_str name, int32_t type, uint32_t timeout_ms, void (*done)(void *ud, const hk_dns_answer *answer), void *ud);
} hk_ext_dns;

/* ---- "haraka.net/1": client connections on the host's event loops; needs "net" --------------------------------------------------------- */
typedef uint64_t hk_conn; /* token */
enum { HK_NET_CONNECTED = 1, HK_NET_DATA = 2, HK_NET_WRITABLE = 3, HK_NET_CLOSED = 4, HK_NET_ERROR = 5 };
enum { HK_NET_TLS = 1u << 0, HK_NET_TLS_NO_VERIFY = 1u << 1 };
/* Events. CONNECTED: the connection stands, with HK_NET_TLS its handshake too; and once more when the handshake of start_tls is
 * finished. WRITABLE: what write has refused with HK_E_LIMIT would be taken now; one event however many were refused.
 * CLOSED: either side has closed, or the plugin's generation ends (before destroy). ERROR: it never stood, TLS failed (an end
 * without close_notify is one), or the network broke it. The token is HK_E_STALE from inside CLOSED and ERROR on. Reading
 * stops by itself while 256 KiB wait for the lane. */
typedef struct hk_ext_net {
    uint32_t struct_size, reserved;
    /* address: "host:port", "[v6]:port" or "/path". event, which may not be NULL, runs on the lane, in order, one at a time: HK_NET_ code and, with
     * DATA, the bytes (good until it returns), with CLOSED and ERROR a reason; after those two nothing comes. timeout_ms
     * (0: 30 s) is for name, connection and handshake together, and for each later handshake. *out is there before the
     * first event. HK_NET_TLS verifies the certificate for the host by the authorities of the system, unless
     * HK_NET_TLS_NO_VERIFY is there too. HK_E_INVALID: address or flags, or a certificate to be verified for a path;
     * HK_E_LIMIT: 10,000 connections of a plugin; HK_E_DENIED; HK_E_UNSUPPORTED: a host without a network, such as
     * haraka-plugin check. [any] */
    hk_status (*connect)(void *ctx, hk_str address, uint32_t flags, uint32_t timeout_ms,
                         void (*event)(void *ud, hk_conn c, int32_t what, hk_str data), void *ud, hk_conn *out);
    /* copied; HK_E_LIMIT over 1 MiB waiting: wait for WRITABLE. All of it is taken or none; before CONNECTED it waits.
     * HK_E_INVALID: over 1 MiB in one piece; HK_E_STALE: closed by either side. [any] */
    hk_status (*write)(void *ctx, hk_conn c, hk_str data);
    /* Begins TLS behind what was written; what is written from now on is encrypted. What came in the clear and was not
     * shown yet never is, but a DATA that is running now may show some: forget what was read at the second CONNECTED.
     * server_name: absent for the host of connect. flags: HK_NET_TLS_NO_VERIFY or 0. HK_E_PHASE: not connected yet, or TLS
     * has begun already. [any] */
    hk_status (*start_tls)(void *ctx, hk_conn c, hk_str server_name, uint32_t flags);
    hk_status (*pause)(void *ctx, hk_conn c, int32_t on);   /* stop or go on reading; what is on its way still comes [any] */
    hk_status (*close)(void *ctx, hk_conn c);               /* what was written leaves first, for 10 s at most; then CLOSED, and nothing between [any] */
} hk_ext_net;

/* ---- "haraka.outbound/1": mail on its way out; needs "queue" ---------------------------------------------------------------------------
 * Functions with done answer at once whether the work has begun; done then runs once, on the lane, also when the plugin's
 * generation ends (HK_E_SHUTDOWN), and what it is given is good until it returns. It may not be NULL (HK_E_INVALID), and never
 * runs where the status isn't HK_OK. HK_E_PHASE from them: the queue isn't open yet, as in create. */
enum { HK_TLS_OPPORTUNISTIC = 0, HK_TLS_OFF = 1, HK_TLS_REQUIRED = 2, HK_TLS_VERIFIED = 3 };
enum {
    HK_NH_LMTP = 1u << 0,      /* LMTP is spoken, RFC 2033 */
    HK_NH_TLS_FIRST = 1u << 1, /* TLS begins with the first byte, RFC 8314 */
    HK_NH_MX = 1u << 2,        /* host is a domain: its mail hosts, by MX records */
    HK_NH_QUEUE = 1u << 3      /* in get_mx, alone: the plugins of hook queue take it here; host and all else are absent */
};
enum { HK_D_DELIVERED = 1, HK_D_DEFERRED = 2, HK_D_FAILED = 3 };
enum { HK_Q_RETRY = 1, HK_Q_HOLD = 2, HK_Q_RELEASE = 3, HK_Q_DELETE = 4, HK_Q_BOUNCE = 5 };

/* A host that mail is given to, and how. Texts are UTF-8 without control characters and are copied. */
typedef struct hk_next_hop {
    uint32_t struct_size;
    uint32_t flags;   /* HK_NH_ */
    hk_str host;      /* "mx.example.org", "192.0.2.1", "2001:db8::1", or "/path" of a unix socket */
    int32_t port;     /* 0: 25; with LMTP 24, with TLS first 465 */
    int32_t tls;      /* HK_TLS_; VERIFIED: the certificate is for host, by the authorities of the system */
    hk_str source;    /* addresses to connect from, comma separated; absent: the system chooses */
    hk_str hello;     /* what the server calls itself; absent: its name */
    hk_str user;      /* with password: nothing is sent before AUTH was accepted; absent: no AUTH */
    hk_str password;  /* used under TLS only, unless tls is HK_TLS_OFF or host a path */
    hk_str mechanism; /* "PLAIN"; absent: the strongest that both sides have */
} hk_next_hop;

/* What has become of one recipient. */
typedef struct hk_outcome {
    uint32_t struct_size;
    int32_t what;        /* HK_D_ */
    uint32_t rcpt_index; /* in the transaction */
    int32_t code;        /* of the host's reply; 0: it is the server that says so */
    hk_str address;
    hk_str host;         /* absent: none was reached */
    hk_str enhanced;     /* "5.1.1"; absent: none */
    hk_str text;         /* the reply without codes, or what went wrong */
} hk_outcome;

/* A mail that a plugin writes. Lines end in CRLF, dots are not stuffed; header fields Message-ID and Date are added when they
 * are missing, and a Received that names the plugin. */
typedef struct hk_mail {
    uint32_t struct_size;
    uint32_t recipient_count, part_count, reserved;
    hk_str sender;            /* an address; present and empty: the null sender */
    const hk_str *recipients; /* 1 to 50,000 addresses */
    const hk_str *parts;      /* the text, joined */
} hk_mail;

typedef struct hk_ext_outbound {
    uint32_t struct_size, reserved;
    /* Queues a mail; everything is copied. done: HK_OK and the entry when it is on the disk, HK_E_FAILED when it can't be
     * written. HK_E_INVALID: an address, or a CR or LF that stands alone. [any] */
    hk_status (*submit)(void *ctx, const hk_mail *mail, void (*done)(void *ud, hk_status status, uint64_t queue_id), void *ud);
    /* In queue and queue_outbound, with HK_V_OK: the server queues the transaction's message for delivery elsewhere, and 250
     * is said when it is on the disk. Staged. HK_E_PHASE: another hook. [hook or pending] */
    hk_status (*enqueue)(void *ctx, hk_call c);
    /* Gives the transaction's message to a host now, for the recipients of these indexes (NULL: all that are left), with the
     * server's own client: STARTTLS, AUTH, PIPELINING, time limits and replies of each recipient. The next hop counts where
     * one couldn't be spoken to. From data_post on. done has an outcome for each recipient. It is taken back when the call ends
     * first: a host that has it all may deliver it nevertheless. HK_E_NOT_FOUND: an index; HK_E_INVALID: a next hop, or the
     * message isn't text with whole line ends. [hook or pending] */
    hk_status (*deliver)(void *ctx, hk_call c, const uint32_t *rcpts, uint32_t rcpt_count, const hk_next_hop *hops, uint32_t hop_count,
                         void (*done)(void *ud, hk_status status, const hk_outcome *outcomes, uint32_t count), void *ud);
    /* In get_mx, with HK_V_OK: one next hop more, in order. Staged. HK_E_LIMIT: over 32. [hook or pending] */
    hk_status (*add_next_hop)(void *ctx, hk_call c, const hk_next_hop *hop);
    /* HK_Q_ on all recipients of an entry who aren't being delivered right now. done: HK_E_NOT_FOUND when there are none. [any] */
    hk_status (*act)(void *ctx, uint64_t queue_id, int32_t action, void (*done)(void *ud, hk_status status), void *ud);
    /* What is known of an entry, as JSON: what haraka queue show --json prints. done: HK_E_NOT_FOUND. [any] */
    hk_status (*entry)(void *ctx, uint64_t queue_id, void (*done)(void *ud, hk_status status, hk_str json), void *ud);
} hk_ext_outbound;

/* ---- "haraka.kv/1": counters, sets and values with expiry, kept per plugin ------------------------------------------------------------------ */
typedef struct hk_ext_kv {
    uint32_t struct_size, reserved;
    /* key: 1 to 512 bytes; value: 64 KiB at most; ttl_ms 0: for ever. done runs once on the lane; the value, count or
     * membership it gives is good until it returns; HK_E_NOT_FOUND for an absent key. done may be NULL for writes. [any] */
    hk_status (*get)(void *ctx, hk_str key, void (*done)(void *ud, hk_status status, const hk_value *v), void *ud);
    hk_status (*set)(void *ctx, hk_str key, const hk_value *v, uint64_t ttl_ms, void (*done)(void *ud, hk_status status, const hk_value *v), void *ud);
    hk_status (*add)(void *ctx, hk_str key, int64_t delta, uint64_t ttl_ms, void (*done)(void *ud, hk_status status, const hk_value *v), void *ud);
    hk_status (*set_add)(void *ctx, hk_str key, hk_str member, uint64_t ttl_ms, void (*done)(void *ud, hk_status status, const hk_value *v), void *ud);
    hk_status (*set_has)(void *ctx, hk_str key, hk_str member, void (*done)(void *ud, hk_status status, const hk_value *v), void *ud);
    hk_status (*remove)(void *ctx, hk_str key, hk_str member_or_absent, void (*done)(void *ud, hk_status status, const hk_value *v), void *ud);
} hk_ext_kv;

/* ---- "haraka.http/1": routes on the host's listener; needs "http" ------------------------------------------------------------------------------ */
typedef uint64_t hk_request; /* token */
typedef struct hk_http_request {
    uint32_t struct_size, reserved;
    hk_request request;
    hk_str method, path, query, body; /* body: bytes, 1 MiB at most */
    const hk_str *header_names, *header_values;
    uint32_t header_count, reserved2;
} hk_http_request;
typedef struct hk_ext_http {
    uint32_t struct_size, reserved;
    /* path "/graph" or "/graph/" (with all below it); handle runs on the lane; views die when it returns. [init] */
    hk_status (*route)(void *ctx, const char *method, const char *path, void (*handle)(void *ud, const hk_http_request *r), void *ud);
    hk_status (*respond)(void *ctx, hk_request r, int32_t status, const hk_str *header_names, const hk_str *header_values,
                         uint32_t header_count, hk_str body); /* the whole answer, once [any] */
    hk_status (*stream)(void *ctx, hk_request r, int32_t status, const hk_str *header_names, const hk_str *header_values,
                        uint32_t header_count);                                             /* begins a streamed answer [any] */
    hk_status (*send)(void *ctx, hk_request r, hk_str part); /* HK_E_LIMIT over 1 MiB waiting; HK_E_STALE: the client left [any] */
    hk_status (*finish)(void *ctx, hk_request r);            /* [any] */
} hk_ext_http;

#ifdef __cplusplus
}
#endif
#endif
