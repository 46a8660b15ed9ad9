import Testing

@testable import Outbound
@testable import Queue

/// What is remembered of destinations.
@Suite struct DestinationTableTests {
    private let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    @Test func `Destinations that failed long ago are forgotten`() {
        var table = DestinationTable()
        for number in 0..<20_000 {
            let (name, now) = ("d\(number).example", start + .seconds(number))
            table.began(name, at: now)
            table.unreachable(name, because: "why", at: now)
            table.ended(name, at: now)
            table.forget(before: now)
            // An hour's worth, and as many again before anybody looks.
            #expect(table.count <= 7300)
        }
        #expect(table.carriers == 0)
    }

    @Test func `A destination that was reached leaves nothing behind`() {
        var table = DestinationTable()
        table.began("a.example", at: start)
        table.hasLooked("a.example")
        table.unreachable("a.example", because: "why", at: start)
        #expect(table.time(.init(destination: "a.example", time: start), now: start) == start + .seconds(15))
        table.reached("a.example")
        #expect(table.time(.init(destination: "a.example", time: start), now: start) == start)
        table.ended("a.example", at: start)
        #expect(table.count == 0)
    }

    @Test func `A clock that is set back doesn't make a wait longer`() {
        var table = DestinationTable()
        let due = Queue.Due(destination: "a.example", time: start + .seconds(-7200))
        table.began("a.example", at: start)
        table.unreachable("a.example", because: "why", at: start)
        #expect(table.time(due, now: start + .seconds(14)) == start + .seconds(15))
        let earlier = start + .seconds(-3600)
        #expect(table.time(due, now: earlier) == due.time)
        table.unreachable("a.example", because: "why", at: earlier)
        #expect(table.time(due, now: earlier) == earlier + .seconds(30))
    }

    @Test func `The next carrier begins when the last has looked for messages, and one alone after a failure`() {
        var table = DestinationTable()
        #expect(!table.takesCarrier("a.example", limit: 0))
        table.began("a.example", at: start)
        #expect(!table.takesCarrier("a.example", limit: 3))
        table.hasLooked("a.example")
        #expect(table.takesCarrier("a.example", limit: 3))
        #expect(!table.takesCarrier("a.example", limit: 1))
        table.unreachable("a.example", because: "why", at: start)
        #expect(!table.takesCarrier("a.example", limit: 3))
        table.ended("a.example", at: start)
        #expect(table.takesCarrier("a.example", limit: 3))
        #expect(table.carriers == 0)
    }
}
