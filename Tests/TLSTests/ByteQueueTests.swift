import Testing

@testable import TLS

@Suite struct ByteQueueTests {
    @Test("Bytes come out in the order in which they went in, however they are taken")
    func order() {
        var queue = ByteQueue()
        var next = 0
        var expected = 0
        for round in 1..<300 {
            let more = Self.counting(from: next, round)
            queue.append(more)
            next += round
            let taken = min(queue.count, round * 2 / 3)
            let bytes = queue.withSpan(Pair.array)
            #expect(Array(bytes.prefix(taken)) == Self.counting(from: expected, taken))
            queue.drop(taken)
            expected += taken
        }
        #expect(queue.count == next - expected)
        queue.drop(queue.count)
        #expect(queue.count == 0)
        #expect(queue.withSpan { $0.count } == 0)
    }

    private static func counting(from start: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: start + $0) }
    }

    @Test("Bytes are reached by their place")
    func places() {
        var queue = ByteQueue()
        queue.append([7, 8, 9])
        queue.drop(1)
        #expect(queue[0] == 8)
        #expect(queue[1] == 9)
    }

    @Test("A body that fills nothing adds nothing")
    func nothing() {
        var queue = ByteQueue()
        unsafe queue.fill(10) { _ in 0 }
        #expect(queue.count == 0)
        queue.append([])
        #expect(queue.count == 0)
    }
}
