"""What a reload refuses: what runs goes on, and `status` says so until it is mended."""
import unittest

from service import Service, wait_for
from test_dropped_in import C, compile_c

FORGIVING = "listen=127.0.0.1:0\nnodes=2\nignore_bad_plugins=true\n"
LIST = ["gate", "rcpt_to.in_host_list", "queue/maildir"]

# Reads gate.ini in create, and in reconfigure when it has one.
READER = r"""
#include "haraka_plugin_c.h"
static char word[64];
static hk_status read_word(void) {
    if (!hk_config_text("gate.ini:word", word, sizeof word)) strcpy(word, "none");
    return strcmp(word, "bad") ? HK_OK : HK_E_INVALID;
}
static hk_status created(void **state, hk_error *err) {
    (void)state; (void)err;
    return read_word();
}
#define CONNECT(X) X(U, call)
HK_HOOK(on_connect, CONNECT) { return hk_deny(call, 554, "5.7.1", word); }
static hk_status create(const hk_host *host, void **state, hk_error *err) {
    static const hk_hook hooks[] = {HK_ON("connect", on_connect, HK_HF_INLINE)};
    return hk_create(host, state, err, created, hooks, 1);
}
#ifdef TAKES
static hk_status reconfigure(void *state, hk_error *err) {
    (void)state;
    char old[64];
    strcpy(old, word);
    if (read_word() == HK_OK) return HK_OK;
    strcpy(word, old);
    return hk_fail(err, HK_E_INVALID, "the word is bad");
}
#else
#define reconfigure NULL
#endif
static const hk_plugin plugin = {sizeof(hk_plugin), HK_ABI_MAJOR, HK_ABI_MINOR, 0, HK_ABI_DRAFT,
    {"org.example.gate", 16}, {"1.0", 3}, create, NULL, reconfigure, NULL, NULL, NULL};
HK_EXPORT const hk_plugin *haraka_plugin_v1(HK_UNUSED uint16_t minor) { return &plugin; }
"""

FAILING = r"""
#include "haraka_plugin_c.h"
#define CONNECT(X) X(U, call)
HK_HOOK(on_connect, CONNECT) { (void)call; return 0; }
HK_PLUGIN("org.example.gate", "1.0", HK_PF_RELOADABLE, HK_ON("connect", on_connect, HK_HF_INLINE))
"""


class Case(unittest.TestCase):
    def service(self, text, start=True, **files):
        service = Service(plugins=LIST, **files)
        self.addCleanup(service.close)
        if text is not None:
            compile_c(text, service.directory / "plugins/gate.so")
        return service.start() if start else service

    def greeting(self, service):
        with service.raw() as client:
            return client.reply()

    def assert_status(self, service, code, pattern):
        status = service.status()
        self.assertEqual(status.returncode, code, status.stdout)
        self.assertRegex(status.stdout, pattern)


class BadFiles(Case):
    def test_a_half_written_so_does_not_remove_what_runs_even_when_bad_ones_are_ignored(self):
        service = self.service(C % ("one", "gate"), smtp__ini=FORGIVING)
        target = service.directory / "plugins/gate.so"
        whole = target.read_bytes()
        part = target.with_suffix(".part")
        part.write_bytes(whole[: len(whole) // 2])
        part.chmod(0o755)
        part.rename(target)
        service.wait_log("reload refused.*gate")
        self.assertEqual(self.greeting(service), "554 refused by one")
        self.assert_status(service, 1, "gate.*what runs goes on")
        reload = service.reload()
        self.assertEqual(reload.returncode, 1)
        self.assertRegex(reload.stdout, "refused: .*gate")
        target.unlink()
        self.assertEqual(service.reload().returncode, 1)
        self.assertEqual(self.greeting(service), "554 refused by one")
        compile_c(C % ("two", "gate"), target)
        service.wait_log("plugin gate replaced")
        self.assertEqual(self.greeting(service), "554 refused by two")
        wait_for(lambda: service.status().returncode == 0, "agreement again")

    def test_status_lists_what_the_first_start_left_out(self):
        service = self.service(None, smtp__ini=FORGIVING)
        self.assertRegex(self.greeting(service), "^220")
        self.assert_status(service, 1, "gate.*left out")
        compile_c(C % ("one", "gate"), service.directory / "plugins/gate.so")
        service.wait_log("plugin gate loaded")
        wait_for(lambda: service.status().returncode == 0, "agreement")


class Staleness(Case):
    def test_a_needed_restart_is_not_forgotten_when_another_file_changes(self):
        service = self.service(READER, gate__ini="word=one\n")
        self.assertEqual(self.greeting(service), "554 one")
        service.write("gate.ini", "word=two\n")
        service.wait_log("needs a restart.*gate")
        service.write("host_list", "example.com\nnew.example\n")
        service.wait_log("applied=\"?config/host_list")
        self.assert_status(service, 1, "gate")
        self.assertRegex(service.reload().stdout, "needs a restart: plugin gate")
        service.write("smtp.ini", "listen=127.0.0.1:0\nnodes=2\ninactivity_timeout=soon\n")
        service.wait_log("reload refused")
        self.assert_status(service, 1, "plugin gate")
        service.write("smtp.ini", "listen=127.0.0.1:0\nnodes=2\n")
        service.write("gate.ini", "word=one\n")
        wait_for(lambda: service.status().returncode == 0, "agreement with what it was created with")

    def test_a_refused_reconfigure_is_refused_until_it_is_mended(self):
        service = self.service("#define TAKES\n" + READER, gate__ini="word=one\n", smtp__ini=FORGIVING)
        service.write("gate.ini", "word=bad\n")
        service.wait_log("reload refused.*gate")
        service.write("host_list", "example.com\nnew.example\n")
        service.wait_log("applied=\"?config/host_list")
        reload = service.reload()
        self.assertEqual(reload.returncode, 1)
        self.assertRegex(reload.stdout, "refused: plugin gate: reconfigure: .*the word is bad")
        self.assertNotIn("left out", reload.stdout)
        self.assert_status(service, 1, "the word is bad")
        self.assertEqual(self.greeting(service), "554 one")
        service.write("gate.ini", "word=two\n")
        wait_for(lambda: service.status().returncode == 0, "agreement again")
        self.assertEqual(self.greeting(service), "554 two")


class Trouble(Case):
    def test_status_is_not_good_while_a_breaker_is_open(self):
        service = self.service(FAILING, plugins__ini="[gate]\nbreaker=1\n")
        self.assertEqual(service.status().returncode, 0)
        self.greeting(service)
        self.assert_status(service, 1, "in trouble: gate")


class Outbound(unittest.TestCase):
    def test_a_change_of_dns_ini_is_not_said_to_be_applied(self):
        service = Service()
        self.addCleanup(service.close)
        service.start()
        service.write("dns.ini", "forwarders=127.0.0.1@1\n")
        done = service.reload()
        self.assertIn("needs a restart: config/dns.ini:1: forwarders\n", done.stdout)
        self.assertNotIn("applied: config/dns.ini", done.stdout)
        self.assertIn("config/dns.ini:1: forwarders", service.status().stdout)
        service.write("dns.ini", "trust_anchors=/nowhere.key\n")
        self.assertRegex(service.reload().stdout, r"refused: config/dns\.ini:1: trust_anchors must be a file .*/nowhere")


if __name__ == "__main__":
    unittest.main()
