"""testssl.sh finds nothing of medium severity or worse in the TLS that is had without writing anything into tls.ini."""
import collections
import json
import shutil
import subprocess
import unittest

from authority import Authority
from service import Service

TESTSSL = shutil.which("testssl") or shutil.which("testssl.sh")
HARMLESS = {"OK", "INFO", "LOW"}
# Of its own openssl it says that it skips old ciphers of GOST. And it closes a connection at the end of the handshake, at
# times before TLS 1.3's tickets are there, which it then misses: test_openssl.py resumes sessions in its place.
ABOUT_ITSELF = {"engine_problem", "sessionresumption_ticket", "sessionresumption_ID"}
# What must have been looked at, or the rest proves nothing.
EXPECTED = {
    "SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "cipherlist_NULL", "cipherlist_aNULL",
    "cipherlist_3DES_IDEA", "PFS", "cipher_order", "cert_signatureAlgorithm", "cert_keySize", "cert_trust",
    "cert_chain_of_trust",
    "cert_expirationStatus", "cert_ocspURL", "OCSP_stapling", "heartbleed", "CCS", "ROBOT", "secure_renego",
    "secure_client_renego", "CRIME_TLS", "POODLE_SSL", "fallback_SCSV", "SWEET32", "FREAK", "DROWN", "LOGJAM", "BEAST",
    "LUCKY13", "RC4", "scanTime",
}


@unittest.skipUnless(TESTSSL, "testssl.sh is not installed")
class TestSSL(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)
        cls.service = Service(plugins=["rcpt_to.in_host_list", "queue/maildir"])
        cls.addClassCleanup(cls.service.close)
        folder = cls.service.directory / "config/tls"
        folder.mkdir()
        # As a public authority makes them: a certificate that nobody could revoke is a finding of its own.
        revocation = "crlDistributionPoints=URI:http://crl.example.com/ca.crl\n" \
                     "authorityInfoAccess=OCSP;URI:http://ocsp.example.com/"
        for kind in ("ec", "rsa"):
            leaf = cls.authority.issue("mail.example.com", kind=kind, extra=revocation)
            bundle = folder / f"{kind}.pem"
            bundle.write_text(leaf.cert.read_text() + leaf.key.read_text())
            shutil.chown(bundle, *owner(cls.service.directory))
            bundle.chmod(0o640)
            cls.authority.staple(leaf, folder / f"{kind}.ocsp")
        cls.service.start()

    def findings(self, *options):
        """What it finds, as severity → the findings."""
        file = self.service.folder / "findings.json"
        file.unlink(missing_ok=True)
        subprocess.run(
            [TESTSSL, "--starttls", "smtp", "--ip", "127.0.0.1", "--nodns", "none", "--warnings", "off", "--color", "0",
             "--quiet", "--jsonfile", file, *options, f"mail.example.com:{self.service.port()}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        found = collections.defaultdict(list)
        self.seen = {}
        for finding in json.loads(file.read_text()):
            # "cert_trust <cert#1>" of the first of several.
            name = finding["id"].partition(" ")[0]
            self.seen.setdefault(name, []).append(finding["severity"])
            if name not in ABOUT_ITSELF:
                found[finding["severity"]].append((name, finding["finding"]))
        return found

    def test_nothing_of_medium_or_worse_is_found(self):
        found = self.findings("--add-ca", str(self.authority.cert))
        self.assertEqual({severity: list_ for severity, list_ in found.items() if severity not in HARMLESS}, {})
        self.assertEqual(EXPECTED - self.seen.keys(), set())
        # Both certificates, the ECDSA one and the RSA one.
        self.assertEqual(self.seen["cert_chain_of_trust"], ["OK", "OK"])
        self.assertEqual(self.seen["OCSP_stapling"], ["OK", "OK"])
        # AES-CBC with SHA-2 stays for old Exchange servers that have nothing better with an RSA certificate.
        self.assertLessEqual({name for name, _ in found["LOW"]}, {"cipherlist_AVERAGE", "LUCKY13"})
        self.assertTrue(self.service.alive())

    def test_it_does_find_what_is_wrong(self):
        # Without the authority nobody vouches for the certificates.
        found = self.findings("--server-defaults")
        bad = {name for severity, list_ in found.items() if severity not in HARMLESS for name, _ in list_}
        self.assertIn("cert_chain_of_trust", bad)


def owner(path):
    facts = path.joinpath("mail").stat()
    return facts.st_uid, facts.st_gid


if __name__ == "__main__":
    unittest.main()
