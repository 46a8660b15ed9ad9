"""A certificate authority of the test's own, made by openssl in a temporary folder."""
import dataclasses
import pathlib
import shutil
import ssl
import subprocess
import tempfile

from service import DEADLINE

KEYS = {"ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["-newkey", "rsa:2048"]}


def openssl(*arguments, **options):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=DEADLINE, **options)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments}: {done.stderr.decode(errors='replace')}")
    return done.stdout


@dataclasses.dataclass
class Leaf:
    """A certificate with its key."""
    cert: pathlib.Path
    key: pathlib.Path

    @property
    def serial(self):
        return openssl("x509", "-in", self.cert, "-noout", "-serial").decode().strip().partition("=")[2]


class Authority:
    def __init__(self, name="Test Authority"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-authority-"))
        self.cert, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        self.count = 0
        openssl("req", "-x509", *KEYS["ec"], "-nodes", "-days", 365, "-subj", f"/O=Haraka/CN={name}",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", self.key, "-out", self.cert)

    def issue(self, *names, kind="ec", days=90, client=False, extra=""):
        """A leaf for these names; the first is its CN as well."""
        self.count += 1
        stem = self.folder / f"leaf{self.count}"
        leaf = Leaf(stem.with_suffix(".pem"), stem.with_suffix(".key"))
        request, extensions = stem.with_suffix(".csr"), stem.with_suffix(".ext")
        openssl("req", "-new", *KEYS[kind], "-nodes", "-subj", f"/CN={names[0]}", "-keyout", leaf.key, "-out", request)
        alternatives = ",".join(f"{self.kind(name)}:{name}" for name in names)
        usage = "digitalSignature" + (",keyEncipherment" if kind == "rsa" else "")
        extensions.write_text(
            f"subjectAltName={alternatives}\nkeyUsage=critical,{usage}\nbasicConstraints=critical,CA:false\n"
            f"extendedKeyUsage={'clientAuth' if client else 'serverAuth'}\n{extra}\n")
        openssl("x509", "-req", "-in", request, "-CA", self.cert, "-CAkey", self.key, "-days", days,
                "-set_serial", 0x10000000 + self.count, "-extfile", extensions, "-out", leaf.cert)
        return leaf

    @staticmethod
    def kind(name):
        if "@" in name:
            return "email"
        return "IP" if name.replace(".", "").isdigit() else "DNS"

    def staple(self, leaf, target):
        """An OCSP response that the leaf is good."""
        index = self.folder / "index.txt"
        index.write_text(f"V\t491231235959Z\t\t{leaf.serial}\tunknown\t/CN=leaf\n")
        openssl("ocsp", "-index", index, "-rsigner", self.cert, "-rkey", self.key, "-CA", self.cert, "-issuer",
                self.cert, "-cert", leaf.cert, "-ndays", 7, "-respout", target)

    def context(self, leaf=None):
        """What a python client trusts."""
        context = ssl.create_default_context(cafile=self.cert)
        if leaf:
            context.load_cert_chain(leaf.cert, leaf.key)
        return context

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
