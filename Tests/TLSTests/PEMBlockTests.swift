import Testing

@testable import TLS

struct PEMBlockTests {
    @Test("a key is seen to be encrypted wherever its block says so", arguments: ["\n", "\r\n"])
    func encrypted(lineEnd: String) {
        let lines =
            ["-----BEGIN PRIVATE KEY-----"] + Array(repeating: "", count: 99)
            + ["Proc-Type: 4,ENCRYPTED", "-----END PRIVATE KEY-----", ""]
        let blocks = PEMBlock.all(in: Array(lines.joined(separator: lineEnd).utf8))
        #expect(blocks.map(\.content) == [.encryptedKey])
    }
}
