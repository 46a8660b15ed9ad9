import Backend
import Testing

@Suite struct StuffingTests {
    private static let rows: [(text: String, wire: String)] = [
        ("", ".\r\n"), ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"), (".\r\n", "..\r\n.\r\n"),
        (".a\r\n..\r\nb.\r\n", "..a\r\n...\r\nb.\r\n.\r\n"), ("a\r\n.", "a\r\n..\r\n.\r\n"),
        ("a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"), ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
        ("a\r.\rb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
        ("a\r", "a\r\n.\r\n"), ("a\r\r\nb\r\n", "a\r\n\r\nb\r\n.\r\n"), ("\r\n\r\n", "\r\n\r\n.\r\n"),
        ("a\n\n.b", "a\r\n\r\n..b\r\n.\r\n"),
    ]

    @Test("A message ends where its own end is, however it is cut into parts", arguments: rows)
    func stuffs(_ text: String, _ wire: String) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var stuffing = Stuffing()
            let made =
                stuffing.stuff(Array(bytes[..<cut])) + stuffing.stuff(Array(bytes[cut...])) + stuffing.end()
            #expect(String(decoding: made, as: UTF8.self) == wire, "cut at \(cut)")
        }
        var stuffing = Stuffing()
        var single: [UInt8] = []
        for byte in bytes { single += stuffing.stuff([byte]) }
        #expect(String(decoding: single + stuffing.end(), as: UTF8.self) == wire)
    }
}
