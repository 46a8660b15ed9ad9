import Dispatch
import Foundation
import PluginHost
import System
import Testing

@testable import HostCore

/// What plugins have begun, at the server's end.
@Suite(.timeLimit(.minutes(15))) struct ErrandListTests {
    private enum Event { case ended, closed }

    @Test func `The end waits for what is under way, and nothing begins behind it`() async throws {
        let list = ErrandList()
        let events = Locked<[Event]>([])
        let (gate, opener) = AsyncStream<Void>.makeStream()
        try list.begin {
            for await _ in gate { break }
            events.withLock { $0.append(.ended) }
        }
        async let left = withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let left = list.end(by: .distantFuture)
                events.withLock { $0.append(.closed) }
                continuation.resume(returning: left)
            }
        }
        while !list.isClosed { await Task.yield() }
        opener.yield()
        #expect(await left == 0)
        #expect(events.withLock { $0 } == [.ended, .closed])
        #expect(throws: ServiceFault.notReady) { try list.begin {} }
    }

    @Test func `What takes too long is told to stop`() async throws {
        let list = ErrandList()
        let (endings, teller) = AsyncStream<Bool>.makeStream()
        try list.begin {
            let (gate, _) = AsyncStream<Void>.makeStream()
            for await _ in gate {}
            teller.yield(Task.isCancelled)
            teller.finish()
        }
        let left = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: list.end(by: .now())) }
        }
        #expect(left == 1)
        for await isCancelled in endings { #expect(isCancelled) }
    }

    @Test func `Where nothing is under way there is nothing to wait for`() async throws {
        let list = ErrandList()
        await (try list.begin {}).value
        #expect(list.end(by: .now()) == 0)
    }
}
