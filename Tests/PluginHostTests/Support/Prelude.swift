/// What every test plugin in C begins with.
enum Prelude {
    static let text = #"""
        #define _GNU_SOURCE
        #include "haraka_plugin.h"
        #include <pthread.h>
        #include <stdarg.h>
        #include <stdatomic.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        #include <semaphore.h>

        static const hk_host *H;
        static const hk_ext_hooks *hooks;
        static const hk_ext_calls *calls;
        static const hk_ext_session *session;
        static const hk_ext_notes *notes;
        static const hk_ext_config *config;
        static const hk_ext_exec *exec;
        static const hk_ext_message *message;
        static const hk_str none;

        static hk_str S(const char *text) { return (hk_str){text, strlen(text)}; }

        __attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
            char line[2048];
            va_list list;
            va_start(list, format);
            vsnprintf(line, sizeof line, format, list);
            va_end(list);
            H->log(H->ctx, HK_LOG_INFO, 0, S(line));
        }

        static void boot(const hk_host *host) {
            H = host;
            hooks = H->get_extension(H->ctx, "haraka.hooks/1");
            calls = H->get_extension(H->ctx, "haraka.calls/1");
            session = H->get_extension(H->ctx, "haraka.session/1");
            notes = H->get_extension(H->ctx, "haraka.notes/1");
            config = H->get_extension(H->ctx, "haraka.config/1");
            exec = H->get_extension(H->ctx, "haraka.exec/1");
            message = H->get_extension(H->ctx, "haraka.message/1");
        }

        struct on { uint32_t flags; int32_t priority; uint32_t timeout_ms; void *ud;
                    void (*cancel)(void *, hk_call, int32_t); };
        static hk_status on_(const char *hook, const char *signature, hk_fn fn, struct on o) {
            hk_hook h = {sizeof h, o.flags, o.priority, o.timeout_ms, hook, signature, fn, o.ud, o.cancel};
            return hooks->add(H->ctx, &h);
        }
        #define ON(hook, signature, fn, ...) on_(hook, signature, (hk_fn)fn, (struct on){__VA_ARGS__})

        static hk_status refuse(hk_error *err, const char *text) {
            err->code = HK_E_FAILED;
            snprintf(err->text, sizeof err->text, "%s", text);
            return HK_E_FAILED;
        }

        #ifndef ID
        #define ID "org.example.test"
        #endif
        /* Declares the entry; the functions may be NULL. */
        #define PLUGIN(flags_, create_, start_, reconfigure_, drain_, destroy_)                                       \
            const hk_plugin *haraka_plugin_v1(uint16_t minor) {                                                        \
                static hk_plugin p;                                                                                    \
                p = (hk_plugin){.struct_size = sizeof p, .abi_major = HK_ABI_MAJOR, .abi_minor = HK_ABI_MINOR,         \
                    .flags = flags_, .draft = HK_ABI_DRAFT, .id = S(ID), .version = S("1.0"), .create = create_,       \
                    .start = start_, .reconfigure = reconfigure_, .drain = drain_, .destroy = destroy_};               \
                return &p;                                                                                             \
            }
        /* The usual plugin: a body that registers hooks. */
        #define SIMPLE(flags_, ...)                                                                                    \
            static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); __VA_ARGS__; return 0; } \
            PLUGIN(flags_, create, NULL, NULL, NULL, NULL)

        """#
}
