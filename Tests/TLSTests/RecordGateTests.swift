import Testing

@testable import TLS

@Suite struct RecordGateTests {
    static let records: [[UInt8]] = [
        [22, 3, 1, 0, 2, 1, 2], [20, 3, 3, 0, 1, 1], [23, 3, 3, 0, 0], [23, 3, 3, 1, 0] + Pair.noise(256),
    ]

    @Test("Only whole records come through, whole and in order, at every split")
    func splits() {
        let all = Self.records.flatMap(\.self)
        for piece in 1...all.count {
            var gate = RecordGate()
            var out: [UInt8] = []
            var start = 0
            while start < all.count {
                let end = min(start + piece, all.count)
                gate.admit(Array(all[start..<end])) { out += $0 }
                #expect(Self.isBorder(out.count))
                #expect(out.count + gate.waiting == end)
                start = end
            }
            #expect(out == all)
        }
    }

    private static func isBorder(_ count: Int) -> Bool {
        var sum = 0
        for record in records where sum < count { sum += record.count }
        return sum == count
    }

    @Test(
        "What cannot be a record comes through at once",
        arguments: [[99, 3, 3, 0, 1], [22, 3, 1, 0xFF, 0xFF]] as [[UInt8]]
    )
    func strange(bytes: [UInt8]) {
        for split in 0...bytes.count {
            var gate = RecordGate()
            var out: [UInt8] = []
            gate.admit(Array(bytes[..<split])) { out += $0 }
            gate.admit(Array(bytes[split...])) { out += $0 }
            #expect(out == bytes)
        }
    }

    @Test("An unfinished record keeps what has come of it, and not more")
    func waiting() {
        var gate = RecordGate()
        gate.admit([23, 3, 3, 0x40, 0, 1, 2, 3]) { _ in Issue.record("There is no whole record.") }
        #expect(gate.waiting == 8)
    }
}
