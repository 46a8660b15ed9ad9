#include "haraka_plugin_c.h"
#include <time.h>

static long today(void) {
    struct tm utc;
    time_t now = time(NULL);
    gmtime_r(&now, &utc);
    return (utc.tm_year + 1900) * 10000L + (utc.tm_mon + 1) * 100 + utc.tm_mday;
}

#define RCPT(X) X(U, call) X(i, rcpt_index) X(s, rcpt_user)
HK_HOOK(on_rcpt, RCPT) {
    size_t name = rcpt_user.len - 9; /* user-YYYYMMDD */
    long date = 0;
    if (rcpt_user.len < 10 || rcpt_user.ptr[name] != '-') return HK_V_CONT;
    for (const char *digit = rcpt_user.ptr + name + 1; digit < rcpt_user.ptr + rcpt_user.len; digit++) {
        if (*digit < '0' || *digit > '9') return HK_V_CONT;
        date = date * 10 + *digit - '0';
    }
    if (date < today()) return hk_deny(call, 550, "5.1.6", "This address has expired");
    return hk_set_user(call, rcpt_index, hk_view(rcpt_user.ptr, name));
}

HK_PLUGIN("org.example.disposable", "1.0", HK_PF_RELOADABLE, HK_ON("rcpt", on_rcpt, HK_HF_INLINE))
