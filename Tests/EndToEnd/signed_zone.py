"""A zone that is signed by ldns, and served by a test's own name server."""
import shutil
import subprocess

from service import DEADLINE

IS_INSTALLED = all(shutil.which(f"ldns-{tool}") for tool in ("keygen", "signzone"))


class SignedZone:
    def __init__(self, name, *records, folder):
        """The records are written as in a master file, with names below the zone."""
        self.name, self.path = name, folder / f"{name}.signed"
        head = f"$ORIGIN {name}.\n$TTL 3600\n@ IN SOA ns root 1 3600 600 86400 300\n@ IN NS ns\nns IN A 127.0.0.1\n"
        (folder / name).write_text(head + "\n".join(records) + "\n")
        key = self.run(folder, "ldns-keygen", "-a", "ECDSAP256SHA256", "-k", name).split()[-1]
        self.run(folder, "ldns-signzone", "-f", self.path, name, key)
        # A DS record, for dns.ini's trust_anchors.
        self.anchor = folder / f"{key}.ds"
        self.anchor.chmod(0o644)
        folder.chmod(0o755)

    @staticmethod
    def run(folder, *command):
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=DEADLINE).stdout

    @property
    def clause(self):
        """For unbound.conf, behind the server's own."""
        return (f"auth-zone:\n  name: '{self.name}.'\n  zonefile: '{self.path}'\n  for-upstream: no\n"
                "  for-downstream: yes\n")
