import Testing

@testable import System

struct SettlingTests {
    private var settling = Settling(quiet: 10, patience: 100)

    @Test mutating func `A change is told when the quiet period has passed since its last event`() {
        settling.happened(.changed, to: "a", at: 0)
        #expect(settling.next(after: 0) == 10)
        settling.happened(.changed, to: "a", at: 9)
        #expect(settling.take(at: 18) == [])
        #expect(settling.take(at: 19) == ["a"])
        #expect(settling.take(at: 19) == [])
        #expect(settling.next(after: 19) == nil)
    }

    @Test mutating func `A file that its writer holds open waits for the close`() {
        settling.happened(.written, to: "a", at: 0)
        #expect(settling.take(at: 50) == [])
        settling.happened(.written, to: "a", at: 50)
        settling.happened(.closed, to: "a", at: 51)
        #expect(settling.next(after: 51) == 61)
        #expect(settling.take(at: 61) == ["a"])
    }

    @Test mutating func `A writer that never closes is waited for with patience only`() {
        settling.happened(.written, to: "a", at: 0)
        #expect(settling.take(at: 99) == [])
        #expect(settling.take(at: 100) == ["a"])
    }

    @Test mutating func `Changes that rest wait for those that do not, so that they come as one batch`() {
        settling.happened(.changed, to: "a", at: 0)
        settling.happened(.written, to: "b", at: 5)
        #expect(settling.take(at: 20) == [])
        settling.happened(.closed, to: "b", at: 30)
        #expect(settling.take(at: 40) == ["a", "b"])
    }

    @Test mutating func `A file that is written to for ever does not keep the others back for ever`() {
        settling.happened(.changed, to: "a", at: 0)
        for now in stride(from: UInt64(0), to: 100, by: 5) {
            settling.happened(.written, to: "log", at: now)
            #expect(settling.take(at: now) == [])
        }
        #expect(settling.next(after: 95) == 100)
        settling.happened(.written, to: "log", at: 100)
        #expect(settling.take(at: 100) == ["a"])
        #expect(settling.take(at: 120) == [])
        #expect(settling.take(at: 200) == ["log"])
    }
}
