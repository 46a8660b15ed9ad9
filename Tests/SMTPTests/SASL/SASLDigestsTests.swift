import Testing

/// The cryptography of the tests against published vectors: the tests that build on it are worth no more.
@Suite struct SASLDigestsTests {
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    @Test(
        "SHA-256 is that of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func sha256(text: String, digest: String) {
        #expect(Self.hex(SASLDigests.sha256(Array(text.utf8))) == digest)
    }

    @Test("MD5 and its HMAC are those of RFC 1321 and RFC 2202")
    func md5() {
        #expect(Self.hex(SASLDigests.md5([])) == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(Self.hex(SASLDigests.md5(Array("message digest".utf8))) == "f96b697d7cb7938d525a2f31aaf161d0")
        let hmac = SASLTestCryptography().hmacMD5(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(Self.hex(hmac) == "750c783e6ab0b503eaa86e310a5db738")
    }

    @Test("PBKDF2 is that of RFC 7914 §11")
    func pbkdf2() {
        let real = SASLTestCryptography(isReal: true)
        let key = real.pbkdf2SHA256(password: Array("passwd".utf8), salt: Array("salt".utf8), iterations: 1)
        #expect(Self.hex(key).hasPrefix("55ac046e56e3089fec1691c22544b605"))
    }
}
