import PluginKit
import Testing

@Suite struct SCRAMVerifierTests {
    static let salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
    static let stored = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    static let server = "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    static let text = "SCRAM-SHA-256$4096:\(salt)$\(stored):\(server)"

    @Test func `PostgreSQL's form is read`() throws {
        let verifier = try #require(SCRAMVerifier(Self.text))
        #expect(verifier.iterations == 4096)
        #expect(verifier.salt.prefix(3) == [0x5B, 0x6D, 0x99] && verifier.salt.count == 16)
        #expect(verifier.storedKey.prefix(2) == [0x58, 0x6E] && verifier.storedKey.last == 0xA6)
        #expect(verifier.serverKey.count == 32)
        #expect(!"\(verifier) \(String(reflecting: verifier))".contains("88"))
    }

    @Test(
        arguments: [
            ("SCRAM-SHA-256", "SCRAM-SHA-1"), ("SCRAM-SHA-256", "scram-sha-256"), ("4096", "4095"), ("4096", "+4096"),
            ("4096", ""), ("4096", "99999999999"), (salt, ""), (salt, "W22ZaJ0S"), (stored, ""), (stored, salt),
            (server, salt), ("gQ==", "gR=="), ("gQ==", "gQ="), ("gQ==", "gQ"), ("qY=", "q*="), ("$", ":"),
        ]
    ) func `anything else is not`(part: String, replacement: String) throws {
        var text = Self.text
        text.replaceSubrange(try #require(text.firstRange(of: part)), with: replacement)
        #expect(SCRAMVerifier(text) == nil)
        #expect(SCRAMVerifier(Self.text + "$") == nil && SCRAMVerifier(Self.text + "A") == nil)
    }
}
