/* {{NAME}}: refuses senders whose domain is listed in config/{{FILE}}.domains, or lies below one. */
#include "plugin.h"
#include <stdio.h>

static char domains[64][256];
static size_t count;

int domain_is_below(hk_str domain, hk_str parent) {
    if (parent.len == 0 || domain.len < parent.len) return 0;
    size_t start = domain.len - parent.len;
    return hk_equal(hk_view(domain.ptr + start, parent.len), parent) && (start == 0 || domain.ptr[start - 1] == '.');
}

#define CONNECT(X) X(U, session) X(s, remote_ip)
HK_HOOK(greet, CONNECT) {
    char line[64];
    snprintf(line, sizeof(line), "hello %.*s", (int)remote_ip.len, remote_ip.ptr ? remote_ip.ptr : "");
    hk_log(HK_LOG_INFO, session, line);
    return HK_V_CONT;
}

#define MAIL(X) X(U, call) X(s, mail_domain)
HK_HOOK(check_sender, MAIL) {
    for (size_t i = 0; i < count; i++)
        if (domain_is_below(mail_domain, hk_text(domains[i])))
            return hk_deny(call, 550, "5.7.1", "Mail from this domain is not welcome here");
    return HK_V_CONT;
}

static hk_status create(HK_UNUSED void **state, hk_error *err) {
    char path[64];
    for (count = 0; count < 64; count++) {
        snprintf(path, sizeof(path), "{{FILE}}.domains:[%zu]", count);
        if (!hk_config_text(path, domains[count], sizeof(domains[count]))) break;
    }
    if (count == 64) return hk_fail(err, HK_E_LIMIT, "{{FILE}}.domains has more than 63 lines");
    if (count == 0) strcpy(domains[count++], "invalid"); /* RFC 6761 6.4: no domain ends in .invalid */
    return HK_OK;
}

HK_PLUGIN_WITH("{{ID}}", "0.1.0", HK_PF_RELOADABLE, create, NULL, NULL,
               HK_ON("connect", greet, 0), HK_ON("mail", check_sender, HK_HF_INLINE))
