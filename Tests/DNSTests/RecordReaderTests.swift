import Testing

@testable import DNS

@Suite struct RecordReaderTests {
    static let rows: [(RecordType, [UInt8], Record)] = [
        (.a, [192, 0, 2, 1], .address(.v4(0xC000_0201))),
        (
            .aaaa, [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            .address(.v6(high: 0x2001_0DB8_0000_0000, low: 1))
        ),
        (.mx, [1, 2, 2, 77, 88, 0], .mx(MailExchanger(preference: 258, host: Name(canonical: "mx")))),
        (.mx, [0, 0, 0], .mx(MailExchanger(preference: 0, host: .root))),
        (.txt, [2, 97, 98, 0, 1, 0xFF], .txt([97, 98, 0xFF])),
        (.txt, [0], .txt([])),
        (.ptr, [1, 65, 1, 66, 0], .ptr(Name(canonical: "a.b"))),
        (.cname, [1, 65, 0], .cname(Name(canonical: "a"))),
        (.ns, [1, 65, 0], .ns(Name(canonical: "a"))),
        (.tlsa, [3, 1, 1, 9, 8], .tlsa(HostKey(usage: 3, selector: 1, matching: 1, data: [9, 8]))),
        (RecordType(number: 99), [1, 2], .other([1, 2])),
    ]

    @Test(arguments: rows)
    func `a record of each type is read`(type: RecordType, bytes: [UInt8], record: Record) {
        #expect(RecordReader.read(type, bytes.span) == record)
    }

    /// Where less is a record too: a string list may end after any string, and a certificate's bytes anywhere.
    static func mayEnd(_ type: RecordType, _ bytes: ArraySlice<UInt8>) -> Bool {
        switch type {
        case .txt: [[0], [2, 97, 98], [2, 97, 98, 0]].contains(Array(bytes))
        case .tlsa: bytes.count > 3
        case .a, .aaaa, .mx, .ptr, .cname, .ns: false
        default: true
        }
    }

    @Test(arguments: rows)
    func `a record that is cut short anywhere, or too long, is none`(type: RecordType, bytes: [UInt8], record: Record) {
        for count in 0..<bytes.count {
            let cut = bytes[..<count]
            #expect((RecordReader.read(type, Array(cut).span) != nil) == Self.mayEnd(type, cut), "\(cut)")
        }
        let isOpenEnded = type == .tlsa || type.number == 99
        #expect((RecordReader.read(type, (bytes + [0xC0]).span) != nil) == isOpenEnded)
    }

    @Test func `no bytes make it trap`() {
        var generator = Seeded(state: 42)
        for round in 0..<20_000 {
            let bytes = (0..<round % 40).map { _ in UInt8.random(in: 0...(round % 3 == 0 ? 255 : 5), using: &generator)
            }
            for row in Self.rows { _ = RecordReader.read(row.0, bytes.span) }
        }
    }
}
