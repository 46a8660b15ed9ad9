/// A plugin in C that keeps the contract, but for what a test puts in the place of a part.
struct SamplePlugin {
    var before = ""
    var create = ""
    var hook = "\"rcpt\", \"i(args:p)\""
    var flags = "0"
    var priority = "0"
    var descriptor = "sizeof(hk_plugin), HK_ABI_MAJOR, HK_ABI_MINOR, HK_PF_RELOADABLE, HK_ABI_DRAFT"
    var identity = "S(\"org.example.sample\"), S(\"1.0\")"
    var functions = "create, 0, 0, 0, destroy"
    var entry = "return &plugin;"
    var destroy = ""

    var source: String {
        """
        #include "haraka_plugin.h"
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        #define S(text) { text, sizeof(text) - 1 }
        \(before)
        static int32_t on_hook(const hk_args *args) { return args ? HK_V_CONT : HK_V_DENY; }
        static hk_status create(const hk_host *host, void **state, hk_error *err) {
            const hk_ext_hooks *hooks = host->get_extension(host->ctx, "haraka.hooks/1");
            \(create)
            if (!hooks) { strcpy(err->text, "it needs haraka.hooks/1"); return HK_E_UNSUPPORTED; }
            hk_hook hook = { sizeof(hook), \(flags), \(priority), 0, \(hook), (hk_fn)on_hook, 0, 0 };
            hk_status status = hooks->add(host->ctx, &hook);
            if (status) strcpy(err->text, "its hook was refused");
            *state = 0;
            return status;
        }
        static void destroy(void *state) { \(destroy) }
        static const hk_plugin plugin = { \(descriptor), \(identity), \(functions) };
        HK_EXPORT const hk_plugin *haraka_plugin_v1(uint16_t host_minor) { \(entry) }
        """
    }
}
