/* The contract suite's plugin in C. contract.ini says what it does:
 *   mode  see MODES in Tests/Plugins/README.md      hook  rcpt, mail or connect (default rcpt)      ms  how long (default 200)
 * What it is told is logged as "contract: WHAT STATUS" at level notice, so that a test can wait for it. */
#include "haraka_plugin_c.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static char mode[64], hook_name[64];
static long ms;

static int is(const char *name) { return strcmp(mode, name) == 0; }

static void tell(uint64_t session, const char *what, int status) {
    char line[96];
    snprintf(line, sizeof(line), "contract: %s %d", what, status);
    hk_log(HK_LOG_NOTICE, session, line);
}

static void nap(long milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

struct job {
    hk_call call;
    hk_session session;
};

/* Runs on a thread of the plugin's own. */
static void *later(void *raw) {
    struct job job = *(struct job *)raw;
    free(raw);
    nap(ms);
    if (is("late_write") || is("write_crash"))
        tell(job.session, "write", hk_facts->rcpt_set_user(hk_ctx, job.call, 0, hk_lit("late")));
    if (is("write_crash")) abort();
    tell(job.session, "complete", hk_complete(job.call, HK_V_OK, NULL));
    if (is("twice")) tell(job.session, "second", hk_complete(job.call, HK_V_DENY, NULL));
    return NULL;
}

static hk_verdict start_thread(hk_call call, hk_session session) {
    if (is("after_disconnect")) tell(session, "asked", 0);
    pthread_t thread;
    struct job *job = malloc(sizeof(*job));
    if (!job) return 0;
    job->call = call;
    job->session = session;
    if (pthread_create(&thread, NULL, later, job) != 0) {
        free(job);
        return 0;
    }
    pthread_detach(thread);
    return HK_V_PENDING;
}

static hk_verdict reply(hk_call call, hk_session session, size_t lines, size_t length) {
    size_t size = lines * (length + 1);
    char *text = malloc(size);
    if (!text) return 0;
    memset(text, 'x', size);
    for (size_t i = 1; i <= lines; i++) text[i * (length + 1) - 1] = '\n';
    tell(session, "reply", hk_calls->reply(hk_ctx, call, 550, hk_lit("5.7.1"), hk_view(text, size - 1)));
    free(text);
    return HK_V_DENY;
}

/* One connection, for the call that made it: says "ping", waits for the answer, closes. */
struct line {
    hk_call call;
    hk_session session;
};

static const hk_ext_net *net;

static void on_net(void *ud, hk_conn c, int32_t what, hk_str text) {
    struct line *line = ud;
    char words[64];
    switch (what) {
    case HK_NET_CONNECTED: tell(line->session, "net connected", net->write(hk_ctx, c, hk_lit("ping"))); return;
    case HK_NET_DATA:
        tell(line->session, "net data", (int)text.len);
        net->close(hk_ctx, c);
        return;
    case HK_NET_CLOSED: snprintf(words, sizeof(words), "net closed"); break;
    case HK_NET_ERROR: snprintf(words, sizeof(words), "net %.*s", (int)text.len, text.ptr); break;
    default: return;
    }
    tell(line->session, words, net->write(hk_ctx, c, hk_lit("late"))); /* the token has ended */
    hk_complete(line->call, what == HK_NET_CLOSED ? HK_V_OK : HK_V_DENYSOFT, NULL);
    free(line);
}

static hk_verdict use_net(hk_call call, hk_session session) {
    char address[128];
    hk_conn c;
    struct line *line = malloc(sizeof(*line));
    if (!line) return 0;
    line->call = call;
    line->session = session;
    net = (const hk_ext_net *)hk_server->get_extension(hk_ctx, "haraka.net/1");
    if (net && hk_config_text("contract.ini:address", address, sizeof(address)) &&
        net->connect(hk_ctx, hk_text(address), 0, 0, on_net, line, &c) == HK_OK)
        return HK_V_PENDING;
    free(line);
    return 0;
}

/* What address sanitizer is to find; without it the byte is there. */
static hk_verdict overrun(void) {
    volatile size_t behind = 17; /* so that the compiler neither refuses the read nor leaves it out */
    volatile char *block = calloc(1, 17);
    hk_verdict verdict = block && block[behind] == 'x' ? HK_V_STOP : HK_V_CONT;
    free((void *)block);
    return verdict;
}

#define ANY(X) X(U, call) X(U, session)
HK_HOOK(run, ANY) {
    if (is("noop")) return HK_V_CONT;
    if (is("accept")) return HK_V_OK;
    if (is("deny")) return hk_deny(call, 550, "5.7.1", "contract says no");
    if (is("zero")) return 0;
    if (is("throws")) return 4711; /* C throws nothing; a number that is no verdict is its nearest */
    if (is("write")) return hk_set_user(call, 0, hk_lit("written")) == HK_V_CONT ? HK_V_OK : 0;
    if (is("write_fails")) return hk_set_user(call, 0, hk_lit("written")), 0;
    if (is("huge_reply")) return reply(call, session, 1, 1 << 20);
    if (is("long_reply")) return reply(call, session, 64, 480);
    if (is("leak")) {
        tell(session, "retain", hk_calls->retain(hk_ctx, call));
        return HK_V_OK;
    }
    if (is("early")) {
        tell(session, "complete", hk_complete(call, HK_V_OK, NULL));
        return HK_V_PENDING;
    }
    if (is("overrun")) return overrun();
    if (is("net")) return use_net(call, session);
    if (is("never")) return HK_V_PENDING;
    if (is("blocks"))
        for (;;) nap(3600000);
    return start_thread(call, session); /* slow, twice, late_write, write_crash, after_disconnect */
}

/* Keeps the order of its runs in a note, and shows it in the last. */
static hk_verdict in_order(uint64_t call, uint64_t txn, const char *mine) {
    char order[64];
    size_t length;
    if (!hk_note_text(txn, "order", order, sizeof(order) - 8)) order[0] = 0;
    length = strlen(order);
    snprintf(order + length, sizeof(order) - length, " %s", mine);
    if (hk_set_note_text(txn, "order", order) != HK_OK) return 0;
    return strcmp(mine, "5") == 0 ? hk_deny(call, 550, "5.7.1", order + 1) : HK_V_CONT;
}

#define TXN(X) X(U, txn) X(U, call)
HK_HOOK(first, TXN) { return in_order(call, txn, "-5"); }
HK_HOOK(second, TXN) { return in_order(call, txn, "0"); }
HK_HOOK(third, TXN) { return in_order(call, txn, "5"); }

static void cancel(HK_UNUSED void *ud, HK_UNUSED hk_call call, int32_t reason) { tell(0, "cancelled", reason); }

static hk_status add(hk_hook hook) {
    hook.cancel = cancel;
    return hk_hooks->add(hk_ctx, &hook);
}

static hk_status create(HK_UNUSED void **state, hk_error *err) {
    hk_status status;
    if (!hk_config_text("contract.ini:mode", mode, sizeof(mode))) strcpy(mode, "noop");
    if (!hk_config_text("contract.ini:hook", hook_name, sizeof(hook_name))) strcpy(hook_name, "rcpt");
    ms = (long)hk_config_int("contract.ini:ms", 200);
    if (is("refuses")) return hk_fail(err, HK_E_FAILED, "contract: refuses, as contract.ini says");
    if (is("thrice")) {
        status = add((hk_hook)HK_ON_AT("rcpt", third, 0, 5));
        if (status == HK_OK) status = add((hk_hook)HK_ON_AT("rcpt", first, 0, -5));
        if (status == HK_OK) status = add((hk_hook)HK_ON_AT("rcpt", second, 0, 0));
    } else {
        hk_hook hook = HK_ON(hook_name, run, HK_HF_MAY_PEND);
        if (is("bad_signature")) hook.signature = "i(ud:p,nonsense:s)";
        status = add(hook);
    }
    return status == HK_OK ? HK_OK : hk_fail(err, status, is("bad_signature") ? "contract: bad signature" : "contract: add");
}

HK_HOOK(farewell, ANY) { return HK_V_CONT; }

HK_PLUGIN_WITH("org.example.contract.c", "1.0", HK_PF_RELOADABLE, create, NULL, NULL,
               HK_ON("disconnect", farewell, HK_HF_OBSERVE))
