import Testing

@testable import TLS

@Suite struct CryptographyTests {
    static func hex(_ bytes: [UInt8]?) -> String {
        (bytes ?? []).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("SHA-256 gives FIPS 180-4's digests")
    func sha256() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Self.hex(Cryptography.sha256(Array("abc".utf8))) == abc)
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(Self.hex(Cryptography.sha256([])) == empty)
    }

    @Test("HMAC-SHA-256 gives RFC 4231's code, and a code for an empty key and text")
    func hmacSHA256() {
        let code = Cryptography.hmacSHA256(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(Self.hex(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let empty = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(Self.hex(Cryptography.hmacSHA256(key: [], [])) == empty)
    }

    @Test("HMAC-MD5 gives RFC 2195's code")
    func hmacMD5() {
        let challenge = "<1896.697170952@postoffice.reston.mci.net>"
        let code = Cryptography.hmacMD5(key: Array("tanstaaftanstaaf".utf8), Array(challenge.utf8))
        #expect(Self.hex(code) == "b913a602c7eda7a495b4e6e7334d3890")
    }

    @Test("PBKDF2 gives RFC 7914's key, and one for an empty password")
    func pbkdf2() {
        let key = Cryptography.pbkdf2SHA256(password: Array("passwd".utf8), salt: Array("salt".utf8), iterations: 1)
        #expect(Self.hex(key) == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc")
        let empty = Cryptography.pbkdf2SHA256(password: [], salt: [1], iterations: 2)
        #expect(empty == Cryptography.pbkdf2SHA256(password: [], salt: [1], iterations: 2))
        #expect(empty.count == 32)
    }

    @Test("Random bytes differ")
    func random() {
        #expect(Cryptography.random(32).count == 32)
        #expect(Cryptography.random(32) != Cryptography.random(32))
    }
}
