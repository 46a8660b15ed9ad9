/* Loads one plugin without a server, runs its rcpt (else mail, connect) hooks once and prints what it did.
 * usage: driver FILE.so RCPT_USER [config-path=text]...
 * Prints: "create STATUS TEXT", "hook NAME SIGNATURE PRIORITY", "verdict N", "reply CODE ENHANCED LENGTH START",
 * "user TEXT", "complete STATUS N", "kept N", "log TEXT". With DRIVER_REPEAT=N the first hook is run N times more, quietly,
 * and "allocations N" says how often that called malloc. */
#define _GNU_SOURCE
#include "haraka_plugin.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char **config;
static int config_count, completed, kept;
static hk_hook hooks[8];
static size_t hook_count;
static char note[256];

/* The plugin's malloc is this one, because the driver is linked with -rdynamic. */
extern void *__libc_malloc(size_t size);
static _Atomic long allocations;
void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

static void copy(char *to, size_t cap, hk_str from) { snprintf(to, cap, "%.*s", (int)(from.len < 200 ? from.len : 200), from.ptr ? from.ptr : ""); }

static hk_status add(void *ctx, const hk_hook *hook) {
    (void)ctx;
    if (strstr(hook->signature, "nonsense")) return HK_E_SIGNATURE;
    printf("hook %s %s %d\n", hook->hook, hook->signature, hook->priority);
    hooks[hook_count++] = *hook;
    return HK_OK;
}

static hk_status give(const char *text, hk_value *out, char *buf, size_t cap, size_t *need) {
    *need = strlen(text);
    if (*need > cap) return HK_E_BUFFER;
    memcpy(buf, text, *need);
    out->type = HK_T_STR;
    out->as.s.ptr = buf;
    out->as.s.len = *need;
    return HK_OK;
}

static hk_status config_get(void *ctx, hk_str path, hk_value *out, char *buf, size_t cap, size_t *need) {
    (void)ctx;
    for (int i = 0; i < config_count; i++)
        if (!strncmp(config[i], path.ptr, path.len) && config[i][path.len] == '=')
            return give(config[i] + path.len + 1, out, buf, cap, need);
    return HK_E_NOT_FOUND;
}

static hk_status note_get(void *ctx, uint64_t scope, hk_str key, hk_value *out, char *buf, size_t cap, size_t *need) {
    (void)ctx, (void)scope, (void)key;
    return note[0] ? give(note, out, buf, cap, need) : HK_E_NOT_FOUND;
}

static hk_status note_set(void *ctx, uint64_t scope, hk_str key, const hk_value *value) {
    (void)ctx, (void)scope, (void)key;
    copy(note, sizeof(note), value->as.s);
    return HK_OK;
}

static hk_status reply(void *ctx, hk_call call, int32_t code, hk_str enhanced, hk_str text) {
    char start[256], e[256];
    (void)ctx, (void)call;
    copy(start, 32, text);
    copy(e, sizeof(e), enhanced);
    if (strchr(start, '\n')) *strchr(start, '\n') = 0;
    printf("reply %d %s %zu %s\n", code, e, text.len, start);
    return text.len > 64 * 482 ? HK_E_INVALID : HK_OK;
}

static hk_status keep(int by) {
    pthread_mutex_lock(&lock);
    kept += by;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return HK_OK;
}
static hk_status retain(void *ctx, hk_call call) { return (void)ctx, (void)call, keep(1); }
static hk_status release(void *ctx, hk_call call) { return (void)ctx, (void)call, keep(-1); }
static int32_t is_live(void *ctx, hk_call call) { return (void)ctx, (void)call, !completed; }

static hk_status set_user(void *ctx, hk_call call, uint32_t index, hk_str user) {
    char text[256];
    (void)ctx, (void)call, (void)index;
    copy(text, sizeof(text), user);
    printf("user %s\n", text);
    return user.len ? HK_OK : HK_E_INVALID;
}

static hk_status complete(void *ctx, hk_call call, hk_verdict verdict, hk_str text) {
    (void)ctx, (void)call, (void)text;
    pthread_mutex_lock(&lock);
    hk_status status = completed ? HK_E_STALE : HK_OK;
    printf("complete %d %d\n", status, verdict);
    completed = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return status;
}

static void take_log(void *ctx, int32_t level, uint64_t scope, hk_str text) {
    char line[256];
    (void)ctx, (void)level, (void)scope;
    copy(line, sizeof(line), text);
    printf("log %s\n", line);
}

static const hk_ext_hooks hooks_table = {.struct_size = sizeof(hk_ext_hooks), .add = add};
static const hk_ext_calls calls_table = {.struct_size = sizeof(hk_ext_calls), .reply = reply, .retain = retain, .release = release, .is_live = is_live};
static const hk_ext_session session_table = {.struct_size = sizeof(hk_ext_session), .rcpt_set_user = set_user};
static const hk_ext_config config_table = {.struct_size = sizeof(hk_ext_config), .get = config_get};
static const hk_ext_notes notes_table = {.struct_size = sizeof(hk_ext_notes), .get = note_get, .set = note_set};

static const void *extension(void *ctx, const char *id) {
    (void)ctx;
    return !strcmp(id, "haraka.hooks/1")     ? (const void *)&hooks_table
           : !strcmp(id, "haraka.calls/1")   ? (const void *)&calls_table
           : !strcmp(id, "haraka.session/1") ? (const void *)&session_table
           : !strcmp(id, "haraka.config/1")  ? (const void *)&config_table
           : !strcmp(id, "haraka.notes/1")   ? (const void *)&notes_table
                                             : NULL;
}

static hk_verdict run(const hk_hook *hook, const char *user) {
    /* Static: a plugin that retains them reads them after this returns. */
    static hk_args all[8];
    hk_args args = {.struct_size = sizeof(args), .ud = hook->ud, .call = 1, .session = 2, .txn = 3, .rcpt_count = 1};
    args.rcpt_user.ptr = user;
    args.rcpt_user.len = strlen(user);
    all[hook - hooks] = args;
    if (!strcmp(hook->signature, "i(args:p)")) return ((hk_verdict(*)(const hk_args *))hook->fn)(&all[hook - hooks]);
    if (!strcmp(hook->signature, "i(ud:p,call:U,rcpt_index:i,rcpt_user:s)"))
        return ((hk_verdict(*)(void *, uint64_t, int32_t, hk_str))hook->fn)(hook->ud, 1, 0, args.rcpt_user);
    if (!strcmp(hook->signature, "i(ud:p,call:U,session:U)"))
        return ((hk_verdict(*)(void *, uint64_t, uint64_t))hook->fn)(hook->ud, 1, 2);
    if (!strcmp(hook->signature, "i(ud:p,txn:U,call:U)"))
        return ((hk_verdict(*)(void *, uint64_t, uint64_t))hook->fn)(hook->ud, 3, 1);
    return -1;
}

/* A verdict that pends gets two seconds for its completion, and the plugin as long to let the arguments go. */
static void await(void) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 2;
    pthread_mutex_lock(&lock);
    while ((!completed || kept > 0) && pthread_cond_timedwait(&changed, &lock, &end) == 0) {}
    pthread_mutex_unlock(&lock);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    config = argv + 3;
    config_count = argc - 3;
    void *image = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!image) return fprintf(stderr, "%s\n", dlerror()), 1;
    const hk_plugin *(*entry)(uint16_t) = (const hk_plugin *(*)(uint16_t))dlsym(image, "haraka_plugin_v1");
    if (!entry) return fprintf(stderr, "%s\n", dlerror()), 1;
    hk_host host = {.struct_size = sizeof(host), .abi_major = HK_ABI_MAJOR, .draft = HK_ABI_DRAFT,
                    .get_extension = extension, .log = take_log, .complete = complete};
    hk_error err = {.struct_size = sizeof(err)};
    void *state = NULL;
    const hk_plugin *plugin = entry(HK_ABI_MINOR);
    hk_status status = plugin->create(&host, &state, &err);
    printf("create %d %s\n", status, err.text);
    int pending = 0;
    for (int priority = -100; status == HK_OK && priority <= 100; priority++)
        for (size_t i = 0; i < hook_count; i++)
            if (hooks[i].priority == priority && strcmp(hooks[i].hook, "disconnect") != 0) {
                hk_verdict verdict = run(&hooks[i], argv[2]);
                printf("verdict %d\n", verdict);
                pending |= verdict == HK_V_PENDING;
            }
    if (pending) await();
    if (pending) usleep(100000); /* a second completion is what the contract forbids: leave it time to be seen */
    const char *repeat = getenv("DRIVER_REPEAT");
    if (repeat && hook_count) {
        fflush(stdout);
        long before = allocations;
        for (int i = atoi(repeat); i > 0; i--) run(&hooks[0], argv[2]);
        printf("allocations %ld\n", allocations - before);
    }
    if (kept) printf("kept %d\n", kept);
    return 0;
}
