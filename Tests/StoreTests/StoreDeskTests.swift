import Testing

@testable import Store

/// Who calls the writer, and what it is given.
struct StoreDeskTests {
    private static let item = Store.Item(bytes: 1, work: { _ in }, undo: nil, undone: nil, done: { _ in })

    @Test func `Only what somebody waits for calls the writer, and it is called once`() {
        var desk = StoreDesk()
        #expect(desk.take(Self.item, isIdle: true) == .set)
        // The alarm is set.
        #expect(desk.take(Self.item, isIdle: true) == .nothing)
        #expect(desk.take(Self.item, isIdle: false) == .call)
        #expect(desk.take(Self.item, isIdle: false) == .nothing)
        #expect(desk.give(atMost: 10).items.count == 4)
    }

    @Test func `Idle items that are left wait for the alarm, which is set once`() {
        var desk = StoreDesk()
        #expect(desk.take(Self.item, isIdle: false) == .call)
        #expect(desk.give(atMost: 10).items.count == 1)
        #expect(desk.take(Self.item, isIdle: true) == .nothing)
        let (items, isToBeSet) = desk.give(atMost: 10)
        #expect(items.isEmpty && isToBeSet)
        #expect(desk.take(Self.item, isIdle: true) == .nothing)
        #expect(desk.items.count == 2)
    }

    @Test func `What doesn't fit into a transaction goes with the next, idle or not`() {
        var desk = StoreDesk()
        #expect(desk.take(Self.item, isIdle: false) == .call)
        for _ in 0..<5 { _ = desk.take(Self.item, isIdle: true) }
        #expect(desk.give(atMost: 4).items.count == 4)
        #expect(desk.give(atMost: 4).items.count == 2)
        #expect(desk.give(atMost: 4).items.isEmpty)
        // Nobody is on the way any more.
        #expect(desk.take(Self.item, isIdle: false) == .call)
    }

    @Test func `A closed desk takes nothing`() {
        var desk = StoreDesk()
        desk.close()
        #expect(desk.take(Self.item, isIdle: true) == .refuse)
    }
}
