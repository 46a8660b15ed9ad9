import Testing

@testable import DNS

@Suite struct DeadlinesTests {
    @Test func `deadlines come in the order of their moments`() {
        var (generator, deadlines) = (Seeded(state: 7), Deadlines())
        let moments = (0..<500).map { _ in UInt64.random(in: 0..<300, using: &generator) }
        for (id, moment) in moments.enumerated() { deadlines.add(UInt64(id), at: moment) }
        var taken: [UInt64] = []
        for now: UInt64 in stride(from: 0, through: 300, by: 10) {
            while let id = deadlines.take(at: now) {
                #expect(moments[Int(id)] <= now && moments[Int(id)] + 10 > now)
                taken.append(id)
            }
            #expect(deadlines.next.map { $0 > now } ?? true)
        }
        #expect(taken.map { moments[Int($0)] } == moments.sorted())
        #expect(Set(taken).count == moments.count)
    }

    @Test func `those that are over are forgotten, and no other`() {
        var deadlines = Deadlines()
        for id: UInt64 in 0..<5000 { deadlines.add(id, at: 5000 - id) }
        deadlines.tidy(outstanding: 50) { $0 % 100 == 0 }
        var left: [UInt64] = []
        while let id = deadlines.take(at: .max) { left.append(id) }
        #expect(left == stride(from: 4900, through: 0, by: -100).map(UInt64.init))
    }
}
