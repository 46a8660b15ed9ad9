/* Runs the plugin against a fake server: `make test`. */
#include "../plugin.h"
#include "fake_host.h"

static int failures;
#define CHECK(what) ((what) ? (void)0 : (void)(failures++, fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #what)))

typedef hk_verdict (*connect_fn)(void *ud, uint64_t session, hk_str remote_ip);
typedef hk_verdict (*mail_fn)(void *ud, uint64_t call, hk_str mail_domain);

int main(void) {
    CHECK(domain_is_below(hk_lit("bad.example"), hk_lit("bad.example")));
    CHECK(domain_is_below(hk_lit("a.bad.example"), hk_lit("bad.example")));
    CHECK(!domain_is_below(hk_lit("notbad.example"), hk_lit("bad.example")));
    CHECK(!domain_is_below(hk_lit(""), hk_lit("bad.example")));

    const hk_plugin *plugin = haraka_plugin_v1(HK_ABI_MINOR);
    void *state = NULL;
    hk_error err = {.struct_size = sizeof(err)};
    fake_config[0].path = "{{FILE}}.domains:[0]";
    fake_config[0].text = "bad.example";
    CHECK(plugin->create(&fake_host, &state, &err) == HK_OK);

    connect_fn greet = (connect_fn)fake_find("connect");
    mail_fn check_sender = (mail_fn)fake_find("mail");
    CHECK(greet && check_sender);
    if (!greet || !check_sender) return 1;
    CHECK(greet(NULL, 1, hk_lit("192.0.2.7")) == HK_V_CONT);
    CHECK(!strcmp(fake_log, "hello 192.0.2.7"));
    CHECK(check_sender(NULL, 2, hk_lit("good.example")) == HK_V_CONT);
    CHECK(check_sender(NULL, 3, hk_lit("a.bad.example")) == HK_V_DENY);
    CHECK(fake_code == 550 && !strncmp(fake_reply, "5.7.1 ", 6));
    if (failures == 0) puts("ok");
    return failures != 0;
}
