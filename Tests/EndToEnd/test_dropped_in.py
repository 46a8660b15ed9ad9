"""A stranger's plugin: made, built outside the repository, dropped into a running service, replaced under load."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from service import HARAKA_PLUGIN, ROOT, Service, haraka, wait_for

C = r"""
#include "haraka_plugin_c.h"
#define CONNECT(X) X(U, call)
HK_HOOK(on_connect, CONNECT) { return hk_deny(call, 554, "5.7.1", "refused by %s"); }
HK_PLUGIN("org.example.%s", "1.0", HK_PF_RELOADABLE, HK_ON("connect", on_connect, HK_HF_INLINE))
"""


def tool(*arguments, check=True, **options):
    done = subprocess.run([HARAKA_PLUGIN, *map(str, arguments)], capture_output=True, text=True, timeout=900, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"haraka-plugin {arguments}: {done.stdout}{done.stderr}")
    return done


def compile_c(text, target):
    """Builds one C file into a plugin next to the target, then renames it there."""
    source = target.with_suffix(".c")
    source.write_text(text)
    part = target.with_suffix(".part")
    subprocess.run(
        ["cc", "-std=gnu11", "-Wall", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden",
         f"-I{ROOT}/Sources/PluginABI/include", str(source), "-o", str(part), "-Wl,-z,now,-z,nodelete"],
        check=True, timeout=120)
    part.chmod(0o755)
    source.unlink()
    part.rename(target)


class Scaffolds(unittest.TestCase):
    """`haraka-plugin new`, built as a package of its own, meets the next connection."""

    def drop_in(self, language):
        with tempfile.TemporaryDirectory() as folder, Service() as service:
            tool("new", "hello", "--language", language, cwd=folder)
            package = pathlib.Path(folder) / "hello"
            tool("build", "--directory", package)
            built = max(
                (p for p in package.rglob("*.so") if "deps" not in p.parts), key=lambda p: p.stat().st_mtime)
            tool("check", built)
            with service.raw() as before:
                self.assertTrue(before.reply().startswith("220"))
                tool("install", built, "-c", service.directory, "--name", "hello")
                service.write("plugins", (service.directory / "config/plugins").read_text() + "hello\n")
                service.wait_log(r"plugin hello loaded")
                self.assertTrue(before.say("NOOP").startswith("250"))
                with service.raw() as after:
                    self.assertTrue(after.reply().startswith("220"))
                    after.say("EHLO client.example")
                    after.say("MAIL FROM:<me@example.org>")
                    after.say("RCPT TO:<user@example.com>")
                service.wait_log(r"\[hello\]")
            self.assertEqual(service.status().returncode, 0, service.status().stdout)

    def test_c(self):
        self.drop_in("c")

    @unittest.skipUnless(shutil.which("cargo"), "no cargo here: the Rust scaffold is not built")
    def test_rust(self):
        self.drop_in("rust")

    def test_swift(self):
        self.drop_in("swift")


class Replacing(unittest.TestCase):
    def test_a_new_so_is_for_new_connections_and_drops_none(self):
        with Service(plugins=["rcpt_to.in_host_list", "queue/maildir"]) as service:
            target = service.directory / "plugins/gate.so"
            service.write("plugins", "gate\nrcpt_to.in_host_list\nqueue/maildir\n")
            service.wait_log("refused.*gate")
            clients = [service.raw() for _ in range(50)]
            try:
                for client in clients:
                    self.assertTrue(client.reply().startswith("220"))
                compile_c(C % ("one", "gate"), target)
                service.wait_log("plugin gate loaded")
                with service.raw() as client:
                    self.assertEqual(client.reply(), "554 refused by one")
                compile_c(C % ("two", "gate"), target)
                service.wait_log("plugin gate replaced")
                with service.raw() as client:
                    self.assertEqual(client.reply(), "554 refused by two")
                for client in clients:
                    self.assertTrue(client.say("NOOP").startswith("250"))
            finally:
                for client in clients:
                    client.close()

    def test_a_half_written_so_changes_nothing_and_status_says_so(self):
        service = Service(plugins=["gate", "rcpt_to.in_host_list", "queue/maildir"])
        try:
            target = service.directory / "plugins/gate.so"
            compile_c(C % ("one", "gate"), target)
            whole = target.read_bytes()
            service.start()
            self.assertEqual(service.status().returncode, 0)
            target.write_bytes(whole[: len(whole) // 2])
            service.wait_log("reload refused.*gate")
            with service.raw() as client:
                self.assertEqual(client.reply(), "554 refused by one")
            status = service.status()
            self.assertEqual(status.returncode, 1)
            self.assertRegex(status.stdout, r"config/plugins:1")
            target.write_bytes(whole)
            wait_for(lambda: service.status().returncode == 0, "agreement again")
        finally:
            service.close()


class Configuration(unittest.TestCase):
    def test_a_changed_list_counts_at_once(self):
        with Service() as service:
            with service.raw() as client:
                self.assertRegex(client.envelope(to="user@new.example"), "^550 5.7.1")
            service.write("host_list", "example.com\nnew.example\n")
            service.wait_log("applied=\"?config/host_list")
            with service.raw() as client:
                self.assertRegex(client.envelope(to="user@new.example"), "^250")

    def test_a_bad_value_is_not_taken_and_status_names_file_and_line(self):
        with Service() as service:
            service.write("smtp.ini", "listen=127.0.0.1:0\ninactivity_timeout=soon\n")
            service.wait_log("reload refused")
            status = service.status()
            self.assertEqual(status.returncode, 1)
            self.assertIn("config/smtp.ini:2", status.stdout)
            reload = service.reload()
            self.assertEqual(reload.returncode, 1)
            self.assertIn("refused: config/smtp.ini:2: inactivity_timeout must be", reload.stdout)
            service.send()

    def test_what_needs_a_restart_is_said(self):
        with Service() as service:
            service.write("smtp.ini", "listen=127.0.0.1:0\nnodes=1\n")
            service.wait_log("needs a restart")
            self.assertEqual(service.status().returncode, 1)
            self.assertIn("nodes", service.status().stdout)


class Constructors(unittest.TestCase):
    @unittest.skipUnless(os.geteuid() == 0, "not root: there are no privileges to drop")
    def test_a_plugins_constructor_finds_itself_not_root(self):
        text = r"""
        #include "haraka_plugin_c.h"
        #include <unistd.h>
        #include <stdlib.h>
        __attribute__((constructor)) static void early(void) { if (geteuid() == 0 || getuid() == 0) abort(); }
        #define CONNECT(X) X(U, call)
        HK_HOOK(on_connect, CONNECT) { return hk_deny(call, 554, "5.7.1", "not root"); }
        HK_PLUGIN("org.example.early", "1.0", HK_PF_RELOADABLE, HK_ON("connect", on_connect, HK_HF_INLINE))
        """
        service = Service(plugins=["early"])
        try:
            compile_c(text, service.directory / "plugins/early.so")
            service.start()
            with service.raw() as client:
                self.assertEqual(client.reply(), "554 not root")
        finally:
            service.close()


if __name__ == "__main__":
    unittest.main()
