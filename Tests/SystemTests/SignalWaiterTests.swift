import Glibc
import Testing

@testable import System

@Suite(.timeLimit(.minutes(15)))
struct SignalWaiterTests {
    @Test func `Signals are received one after another until the waiter is stopped`() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
        let waiter = try SignalWaiter([.user1, .user2]) { continuation.yield($0) }
        var received = stream.makeAsyncIterator()
        // To its thread alone: the other threads of the test runner don't block these signals.
        waiter.thread.send(Signal.user2.number)
        #expect(await received.next(isolation: nil) == .user2)
        waiter.thread.send(Signal.user1.number)
        #expect(await received.next(isolation: nil) == .user1)
        waiter.stop()
        waiter.stop()
        continuation.finish()
        #expect(await received.next(isolation: nil) == nil)
    }

    @Test func `A background thread runs its work and can be waited for twice`() throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        let thread = try BackgroundThread { continuation.yield(1) }
        thread.join()
        thread.join()
        #expect(thread.isCurrent == false)
        withExtendedLifetime(stream) {}
    }
}
