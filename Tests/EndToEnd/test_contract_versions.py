"""Plugins of another draft or major, and what a plugin's answer to a changed configuration brings about."""
import unittest

from service import Service, haraka
from test_dropped_in import compile_c

DRAFT = r"""
#include "haraka_plugin_c.h"
#undef HK_ABI_DRAFT
#define HK_ABI_DRAFT 4711
#define RCPT(X) X(U, call)
HK_HOOK(on_rcpt, RCPT) { return HK_V_CONT; }
HK_PLUGIN("org.example.draft", "1.0", 0, HK_ON("rcpt", on_rcpt, 0))
"""
MAJORS = r"""
#include "haraka_plugin_c.h"
HK_EXPORT const void *haraka_plugin_v2(uint16_t minor);
const void *haraka_plugin_v2(uint16_t minor) { (void)minor; return NULL; }
"""
BOTH = MAJORS + r"""
#define RCPT(X) X(U, call)
HK_HOOK(on_rcpt, RCPT) { return hk_deny(call, 550, "5.7.1", "by major 1"); }
HK_PLUGIN("org.example.both", "1.0", 0, HK_ON("rcpt", on_rcpt, HK_HF_INLINE))
"""


class Versions(unittest.TestCase):
    def made(self, text):
        service = Service(plugins=["other", "rcpt_to.in_host_list", "queue/maildir"])
        self.addCleanup(service.close)
        compile_c(text, service.directory / "plugins/other.so")
        return service

    def assert_refused(self, text, *sentences):
        service = self.made(text)
        done = haraka("-c", service.directory, check=False)
        self.assertEqual(done.returncode, 1)
        for sentence in sentences:
            self.assertIn(sentence, done.stdout + done.stderr)
        service.write("smtp.ini", "listen=127.0.0.1:0\nignore_bad_plugins=true\n")
        service.start()
        service.send()
        self.assertEqual(len(service.mails()), 1)

    def test_another_draft_is_told_to_rebuild(self):
        self.assert_refused(DRAFT, "plugin other: entry: it was built with draft 4711", "rebuild with this SDK")

    def test_a_plugin_of_major_2_only_is_refused_before_its_code_runs(self):
        self.assert_refused(
            MAJORS, "plugin other: reading its ELF image: it speaks plugin ABI 2 and needs a newer host")

    def test_a_plugin_of_majors_1_and_2_is_loaded_as_1(self):
        service = self.made(BOTH).start()
        with service.raw() as client:
            self.assertEqual(client.envelope(), "550 5.7.1 by major 1")


RECONFIGURED = r"""
#include "haraka_plugin_c.h"
static char words[64];
#define RCPT(X) X(U, call)
HK_HOOK(on_rcpt, RCPT) { return hk_deny(call, 550, "5.7.1", words); }
static void read_words(void) { if (!hk_config_text("other.ini:words", words, sizeof(words))) strcpy(words, "none"); }
static hk_status create(const hk_host *host, void **state, hk_error *err) {
    static const hk_hook hooks[] = {HK_ON("rcpt", on_rcpt, HK_HF_INLINE)};
    hk_status status = hk_create(host, state, err, NULL, hooks, 1);
    read_words();
    return status;
}
static hk_status reconfigure(void *state, hk_error *err) {
    (void)state;
    if (ANSWER == HK_OK) read_words();
    return ANSWER == HK_OK ? HK_OK : hk_fail(err, ANSWER, "says reconfigure");
}
static const hk_plugin this = {sizeof(hk_plugin), HK_ABI_MAJOR, HK_ABI_MINOR, FLAGS, HK_ABI_DRAFT,
                               {"org.example.r", 13}, {"1", 1}, create, NULL, reconfigure, NULL, NULL, NULL};
HK_EXPORT const hk_plugin *haraka_plugin_v1(uint16_t minor) { (void)minor; return &this; }
"""


class Reconfigured(unittest.TestCase):
    """What a plugin's answer to a changed configuration brings about."""

    def test_by_the_answer_of_reconfigure(self):
        for answer, flags, log, words in (
            ("HK_OK", "0", "plugin other has its new configuration", "after"),
            ("HK_E_UNSUPPORTED", "HK_PF_RELOADABLE", "plugin other replaced", "after"),
            ("HK_E_UNSUPPORTED", "0", "needs a restart.*plugin other.*can't take one while it runs", "before"),
            ("HK_E_FAILED", "HK_PF_RELOADABLE", "reload refused.*plugin other: reconfigure: .*says reconfigure",
             "before"),
        ):
            with self.subTest(answer=answer, flags=flags):
                service = Service(
                    plugins=["other", "rcpt_to.in_host_list", "queue/maildir"], other__ini="words=before\n")
                self.addCleanup(service.close)
                text = f"#define ANSWER {answer}\n#define FLAGS {flags}\n{RECONFIGURED}"
                compile_c(text, service.directory / "plugins/other.so")
                service.start()
                service.write("other.ini", "words=after\n")
                service.wait_log(log)
                with service.raw() as client:
                    self.assertEqual(client.envelope(), f"550 5.7.1 {words}")
                self.assertEqual(service.status().returncode, 0 if words == "after" else 1)


if __name__ == "__main__":
    unittest.main()
