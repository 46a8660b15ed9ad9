import System
import Testing

struct HexadecimalTests {
    @Test(
        arguments: [
            ([], ""), ([0], "00"), ([0x0F, 0xF0, 0xAB], "0ff0ab"), (Array(UInt8.min...UInt8.max), nil),
        ] as [([UInt8], String?)]
    )
    func `Bytes are pairs of digits, and back`(bytes: [UInt8], text: String?) {
        let written = Hexadecimal.text(of: bytes)
        if let text { #expect(written == text) }
        #expect(Hexadecimal.bytes(of: written) == bytes)
        #expect(Hexadecimal.bytes(of: written.uppercased()) == bytes)
    }

    @Test(arguments: ["0", "000", "0g", "0x", "-1", "٠٠"])
    func `What are no such pairs are no bytes`(text: String) {
        #expect(Hexadecimal.bytes(of: text) == nil)
    }
}
