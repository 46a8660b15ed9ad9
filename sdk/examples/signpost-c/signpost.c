#include "haraka_plugin_c.h"
#include <stdio.h>

static char ours[256], host[256], report[321];
static int32_t port;

static hk_status create(HK_UNUSED void **state, hk_error *err) {
    hk_config_text("signpost.ini:domain", ours, sizeof(ours));
    hk_config_text("signpost.ini:host", host, sizeof(host));
    hk_config_text("signpost.ini:report", report, sizeof(report));
    port = (int32_t)hk_config_int("signpost.ini:port", 0);
    if (ours[0] && !host[0]) return hk_fail(err, HK_E_INVALID, "signpost.ini names a domain, but no host for it");
    return hk_use_outbound(err);
}

/* Where mail goes. */
#define MX(X) X(U, call) X(s, domain)
HK_HOOK(on_mx, MX) { return ours[0] && hk_equal(domain, hk_text(ours)) ? hk_route(call, hk_hop(host, port)) : HK_V_CONT; }

/* A copy in printable ASCII: what another server says has no place in a mail as it is. */
static const char *plain(char *copy, size_t size, hk_str text) {
    size_t i;
    for (i = 0; i + 1 < size && i < text.len; i++) copy[i] = text.ptr[i] >= 0x20 && text.ptr[i] < 0x7f ? text.ptr[i] : ' ';
    copy[i] = 0;
    return copy;
}

static void queued(HK_UNUSED void *ud, hk_status status, uint64_t entry) {
    char line[80];
    snprintf(line, sizeof(line), "a report is queued: status %d, entry %llu", status, (unsigned long long)entry);
    hk_log(status == HK_OK ? HK_LOG_INFO : HK_LOG_ERROR, 0, line);
}

/* A mail that could not be delivered: somebody here is told, by a mail of the plugin's own. */
#define FAILED(X) X(s, mail_address) X(s, rcpt_address) X(s, response)
HK_HOOK(on_bounce, FAILED) {
    char text[2048], from[321], to[321], reply[512];
    hk_status status;
    if (!report[0] || mail_address.len == 0) return HK_V_CONT; /* no report about a report */
    snprintf(text, sizeof(text),
             "From: <%s>\r\nTo: <%s>\r\nSubject: undelivered mail\r\n\r\nFrom %s\r\nto %s:\r\n%s\r\n", report, report,
             plain(from, sizeof(from), mail_address), plain(to, sizeof(to), rcpt_address), plain(reply, sizeof(reply), response));
    status = hk_submit("", report, text, queued, NULL);
    if (status != HK_OK) hk_log(HK_LOG_ERROR, 0, "a report can't be queued");
    return HK_V_CONT;
}

HK_PLUGIN_WITH("org.example.signpost", "1.0", HK_PF_RELOADABLE, create, NULL, NULL, HK_ON("get_mx", on_mx, 0),
               HK_ON("bounce", on_bounce, 0))
