import Foundation
import PluginHost
import Testing

/// A plugin in C that does on each hook what its script says, compiled while the tests run.
///
/// A script is a list of orders separated by `;`: `lane` (not on the loop), `pend` (the verdict comes from another thread),
/// `hold` (it never comes), `when=HOST` (nothing more unless the client's name is that), `as=IP HOST HELLO USER PORT` with
/// `-` for what is absent, `limit=MS`, `relay`, `skip=NAMES`, `cap=LINE`, `rewrite=I ADDRESS`, `add=ADDRESS`, `drop=I`,
/// `reply=CODE ENHANCED TEXT` with `|` between lines and `-` for no enhanced code, and a number: the verdict.
enum Script {
    /// A compiled image for a plugin of that name; each name has an id, and so an image, of its own.
    static func image(_ name: String) throws -> StagedImage { try images.image(name) }

    private static let images = ImageShelf()

    static let source = #"""
        #define _GNU_SOURCE
        #include "haraka_plugin.h"
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        struct part {
            const hk_host *h;
            const hk_ext_calls *calls;
            const hk_ext_session *session;
            const hk_ext_notes *notes;
            const char *hook;
            char *script;
        };
        struct later { const hk_host *h; hk_call call; hk_verdict verdict; };

        static hk_str S(const char *text) { return (hk_str){text, strlen(text)}; }

        static void complain(struct part *p, const char *order, hk_status status) {
            char line[300];
            snprintf(line, sizeof line, "failed %s %s %d", p->hook, order, (int)status);
            p->h->log(p->h->ctx, HK_LOG_ERROR, 0, S(line));
        }

        static void *later(void *ud) {
            struct later *l = ud;
            l->h->complete(l->h->ctx, l->call, l->verdict, (hk_str){NULL, 0});
            free(l);
            return NULL;
        }

        static hk_status answer(struct part *p, const hk_args *a, char *words) {
            char *rest = words, *code = strsep(&rest, " "), *enhanced = strsep(&rest, " ");
            for (char *c = rest; c && *c; c++) if (*c == '|') *c = '\n';
            return p->calls->reply(p->h->ctx, a->call, atoi(code),
                enhanced && strcmp(enhanced, "-") ? S(enhanced) : (hk_str){NULL, 0}, rest ? S(rest) : (hk_str){NULL, 0});
        }

        static hk_status stand(struct part *p, const hk_args *a, char *words) {
            hk_str said[5];
            for (int i = 0; i < 5; i++) {
                char *word = strsep(&words, " ");
                said[i] = word && strcmp(word, "-") ? S(word) : (hk_str){NULL, 0};
            }
            hk_identity who = {.struct_size = sizeof who, .remote_port = 99, .remote_ip = said[0], .remote_host = said[1],
                .hello_host = said[2], .auth_user = said[3], .esmtp = 1,
                .local_port = said[4].ptr ? atoi(said[4].ptr) : 0};
            return p->session->identify(p->h->ctx, a->call, &who);
        }

        static hk_status order(struct part *p, const hk_args *a, char *o) {
            void *ctx = p->h->ctx;
            char *value = strchr(o, '=');
            if (value) *value++ = 0;
            if (!strcmp(o, "as")) return stand(p, a, value);
            if (!strcmp(o, "relay")) return p->session->set_relaying(ctx, a->call, 1);
            if (!strcmp(o, "cap")) return p->session->add_capability(ctx, a->call, S(value));
            if (!strcmp(o, "add")) return p->session->rcpt_add(ctx, a->call, S(value));
            if (!strcmp(o, "drop")) return p->session->rcpt_drop(ctx, a->call, atoi(value));
            if (!strcmp(o, "rewrite"))
                return p->session->rcpt_rewrite(ctx, a->call, atoi(value), S(strchr(value, ' ') + 1));
            if (!strcmp(o, "reply")) return answer(p, a, value);
            if (!strcmp(o, "skip")) {
                hk_value v = {.type = HK_T_STR, .as.s = S(value)};
                return p->notes->set(ctx, a->txn, S("@skip_plugins"), &v);
            }
            return 0;
        }

        static int32_t hook(const hk_args *a) {
            struct part *p = a->ud;
            char line[1200];
            #define F(f) (int)a->f.len, a->f.ptr ? a->f.ptr : ""
            snprintf(line, sizeof line,
                "%s rcpt=%.*s original=%.*s count=%d host=%.*s hello=%.*s relaying=%d size=%d command=%.*s argument=%.*s "
                "denied=%.*s/%.*s/%d/%.*s queued=%.*s", p->hook, F(rcpt_address), F(rcpt_original), (int)a->rcpt_count,
                F(remote_host), F(hello_host), a->relaying, (int)a->size, F(command), F(argument), F(denied_hook),
                F(denied_plugin), (int)a->denied_verdict, F(denied_text), F(queue_text));
            p->h->log(p->h->ctx, HK_LOG_INFO, a->txn ? a->txn : a->session, S(line));
            int32_t verdict = HK_V_CONT;
            int pend = 0, hold = 0;
            char copy[1024];
            snprintf(copy, sizeof copy, "%s", p->script);
            for (char *rest = copy, *o; (o = strsep(&rest, ";"));) {
                if (*o >= '0' && *o <= '9') { verdict = atoi(o); continue; }
                if (!strncmp(o, "when=", 5)) {
                    if (a->remote_host.len != strlen(o + 5) || memcmp(a->remote_host.ptr, o + 5, a->remote_host.len))
                        return HK_V_CONT;
                    continue;
                }
                if (!strcmp(o, "pend")) { pend = 1; continue; }
                if (!strcmp(o, "hold")) { hold = 1; continue; }
                hk_status status = order(p, a, o);
                if (status) complain(p, o, status);
            }
            if (hold) return HK_V_PENDING;
            if (!pend) return verdict;
            struct later *l = malloc(sizeof *l);
            *l = (struct later){p->h, a->call, verdict};
            pthread_t thread;
            pthread_create(&thread, NULL, later, l);
            pthread_detach(thread);
            return HK_V_PENDING;
        }

        static void cancelled(void *ud, hk_call c, int32_t reason) {
            struct part *p = ud;
            char line[100];
            snprintf(line, sizeof line, "cancelled %s %d", p->hook, (int)reason);
            p->h->log(p->h->ctx, HK_LOG_INFO, 0, S(line));
        }

        static const char *const names[] = {"connect_init", "lookup_rdns", "connect", "helo", "ehlo", "capabilities",
            "unrecognized_command", "vrfy", "noop", "rset", "mail", "rcpt", "rcpt_ok", "data", "data_post",
            "max_data_exceeded", "queue", "queue_outbound", "queue_ok", "quit", "reset_transaction", "disconnect", "deny",
            "auth_lookup", "auth_verify", "auth_token"};

        static hk_status create(const hk_host *h, void **state, hk_error *err) {
            const hk_ext_hooks *hooks = h->get_extension(h->ctx, "haraka.hooks/1");
            const hk_ext_config *config = h->get_extension(h->ctx, "haraka.config/1");
            for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                char path[200], text[1000];
                hk_value v;
                size_t need = 0;
                snprintf(path, sizeof path, "script:%.*s.%s", (int)h->plugin_name.len, h->plugin_name.ptr, names[i]);
                if (config->get(h->ctx, S(path), &v, text, sizeof text - 1, &need)) continue;
                text[need] = 0;
                struct part *p = calloc(1, sizeof *p);
                *p = (struct part){h, h->get_extension(h->ctx, "haraka.calls/1"),
                    h->get_extension(h->ctx, "haraka.session/1"), h->get_extension(h->ctx, "haraka.notes/1"),
                    names[i], strdup(text)};
                int waits = strstr(text, "pend") || strstr(text, "hold");
                char *limit = strstr(text, "limit=");
                hk_hook hk = {sizeof hk, (waits ? HK_HF_MAY_PEND : 0) | (strstr(text, "lane") ? 0 : HK_HF_INLINE), 0,
                    limit ? (uint32_t)atoi(limit + 6) : 0, names[i], "i(args:p)", (hk_fn)hook, p, cancelled};
                hk_status status = hooks->add(h->ctx, &hk);
                if (status) {
                    snprintf(err->text, sizeof err->text, "%s: %d", names[i], (int)status);
                    return err->code = status;
                }
            }
            return 0;
        }

        const hk_plugin *haraka_plugin_v1(uint16_t minor) {
            static hk_plugin p;
            p = (hk_plugin){.struct_size = sizeof p, .abi_major = HK_ABI_MAJOR, .abi_minor = HK_ABI_MINOR,
                .draft = HK_ABI_DRAFT, .id = S(ID), .version = S("1.0"), .create = create};
            return &p;
        }
        """#
}
