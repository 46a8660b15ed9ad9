"""The dialogues of Tests/Dialogues over loopback, with a plugin that answers as each script says."""
import pathlib
import re
import unittest

from service import ROOT, Service
from test_dropped_in import compile_c

HOOKS = ["connect", "helo", "ehlo", "capabilities", "mail", "rcpt", "rcpt_ok", "data", "max_data_exceeded", "queue",
         "vrfy", "noop", "rset", "quit", "unrecognized_command"]
VERDICTS = {"cont": "HK_V_CONT", "ok": "HK_V_OK", "deny": "HK_V_DENY", "denysoft": "HK_V_DENYSOFT",
            "denydisconnect": "HK_V_DENYDISCONNECT", "denysoftdisconnect": "HK_V_DENYSOFTDISCONNECT"}

# One function a hook; it takes the first line of the answers' file that names its hook.
PLUGIN = r"""
#include "haraka_plugin_c.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int32_t answer(const char *hook, hk_call call, int32_t otherwise) {
    FILE *file = fopen("%(answers)s", "r");
    if (!file) return otherwise;
    char lines[64][2048]; int count = 0, found = -1;
    while (count < 64 && fgets(lines[count], sizeof lines[count], file)) {
        size_t length = strlen(hook);
        if (found < 0 && !strncmp(lines[count], hook, length) && lines[count][length] == '\t') found = count;
        count++;
    }
    fclose(file);
    if (found < 0) return otherwise;
    char verdict[16] = "", code[8] = "", enhanced[16] = "", text[1500] = "";
    sscanf(lines[found], "%%*[^\t]\t%%15[^\t]\t%%7[^\t]\t%%15[^\t]\t%%1499[^\n]", verdict, code, enhanced, text);
    file = fopen("%(answers)s", "w");
    for (int i = 0; i < count; i++) if (i != found) fputs(lines[i], file);
    fclose(file);
    for (char *p = text; *p; p++) if (*p == '\v') *p = '\n';
    if (!strcmp(hook, "capabilities")) return hk_facts->add_capability(hk_ctx, call, hk_text(text)), HK_V_CONT;
    if (!atoi(code)) return atoi(verdict);
    return hk_reply(call, atoi(verdict), atoi(code), strcmp(enhanced, "-") ? enhanced : NULL, text);
}
#define CALL(X) X(U, call)
%(functions)s
HK_PLUGIN("org.example.script", "1.0", HK_PF_SERIAL, %(hooks)s)
"""
NUMBERS = {"cont": 900, "ok": 906, "deny": 902, "denysoft": 903, "denydisconnect": 904, "denysoftdisconnect": 909}


def source(answers):
    functions = "\n".join(
        f'HK_HOOK(on_{h}, CALL) {{ return answer("{h}", call, {"HK_V_OK" if h in ("rcpt", "queue") else "HK_V_CONT"}); }}'
        for h in HOOKS)
    hooks = ", ".join(f'HK_ON("{h}", on_{h}, 0)' for h in HOOKS)
    return PLUGIN % {"answers": answers, "functions": functions, "hooks": hooks}


def unescape(text):
    text = re.sub(r"\\\((\d+)\*(.*?)\)", lambda m: m.group(2) * int(m.group(1)), text)
    return re.sub(
        rb"\\(r|n|t|\\|x[0-9A-Fa-f]{2})",
        lambda m: {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}.get(m.group(1))
        or bytes([int(m.group(1)[1:], 16)]), text.encode())


def settings(lines):
    message = {"greeting": [], "main": ["strict_rfc1869=true"], "max": []}
    # What a bare session offers, for which the dialogues are written.
    extensions = ["PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "STARTTLS", "AUTH"]
    for line in lines:
        key, _, value = line.partition(" ")
        if key == "message-bytes":
            message["max"].append(f"bytes={value}")
        elif key == "text-line":
            message["max"].append(f"data_line_length={value}")
        elif key == "recipients":
            message["max"].append(f"recipients={value}")
        elif key == "command-line":
            message["max"].append(f"line_length={value}")
        elif key == "greeting":
            message["greeting"].append(value)
        elif key == "lenient":
            message["main"] = ["strict_rfc1869=false"]
        elif key == "without" and value.upper() in extensions:
            extensions.remove(value.upper())
        else:
            raise unittest.SkipTest(f"no option of connection.ini for '{line}'")
    message["main"].append(f"extensions={','.join(extensions)}")
    text = "\n".join(message["main"]) + "\n[headers]\nshow_version=false\n[uuid]\nbanner_chars=0\n[max]\n"
    text += "\n".join(message["max"]) + "\n[message]\n"
    return text + "".join(f"greeting[]={line}\n" for line in message["greeting"])


class Dialogues(unittest.TestCase):
    def converse(self, path):
        lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
        options = [line[3:] for line in lines if line.startswith("O: ")]
        ini = settings(options)
        service = Service(plugins=["script"], me="mx.example.org\n", connection__ini=ini)
        answers = service.folder / "answers"
        answers.write_text("")
        answers.chmod(0o666)
        try:
            compile_c(source(answers), service.directory / "plugins/script.so")
            service.start()
            self.speak(service, [line for line in lines if not line.startswith("O: ")], answers)
        finally:
            service.close()

    def speak(self, service, lines, answers):
        client = None
        pending = b""
        for line in lines:
            kind, text = line[0], line[3:]
            if kind == "A":
                self.prepare(text, answers)
            elif kind in "CR":
                pending += unescape(text) + (b"\r\n" if kind == "C" else b"")
            elif kind in "SE":
                client = client or service.raw()
                if pending:
                    client.socket.sendall(pending)
                    pending = b""
                said = client.file.readline().decode("utf-8", "replace").rstrip("\r\n")
                if kind == "E":
                    self.assertEqual(said, "", "the server should have closed")
                elif text.startswith("250 2.0.0 ") and re.search(r" \([0-9A-F-]{36}\.\d+\)$", said):
                    self.assertEqual(said[: said.rindex(" (")], text)
                elif text.endswith("..."):
                    self.assertTrue(said.startswith(text[:-3]), f"{said!r} is not {text!r}")
                else:
                    # A reply without an enhanced code gets the hook's own from the server, x.0.0 from the bare session.
                    expected = re.escape(text).replace(r"\.0\.0\ ", r"\.\d\.\d+\ ")
                    self.assertRegex(said, f"^{expected}$")
        if client:
            client.close()

    def prepare(self, text, answers):
        hook, verdict, *rest = text.split(" ", 2)
        rest = rest[0] if rest else ""
        code, enhanced = "0", "-"
        if hook != "capabilities":
            found = re.match(r"(\d{3}) ((\d\.\d+\.\d+) )?(.*)$", rest)
            if found:
                code, enhanced, rest = found.group(1), found.group(3) or "-", found.group(4)
        hook = {"help": "unrecognized_command"}.get(hook, hook)
        rest = rest.replace("\\n", "\v")
        with answers.open("a") as file:
            file.write(f"{hook}\t{NUMBERS[verdict]}\t{code}\t{enhanced}\t{rest}\n")


def one(path):
    return lambda self: self.converse(path)


for found in sorted((ROOT / "Tests/Dialogues").glob("*.dialogue")):
    setattr(Dialogues, "test_" + found.stem.replace("-", "_"), one(found))

if __name__ == "__main__":
    unittest.main()
