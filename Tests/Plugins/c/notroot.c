/* Its constructor, which runs before the server can ask anything, dies when it finds itself root. */
#include "haraka_plugin_c.h"
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void refuse_root(void) {
    if (geteuid() == 0) abort();
}

#define ANY(X) X(U, call)
HK_HOOK(run, ANY) { return HK_V_CONT; }

HK_PLUGIN("org.example.notroot.c", "1.0", HK_PF_RELOADABLE, HK_ON("rcpt", run, HK_HF_INLINE))
