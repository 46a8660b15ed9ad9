import Glibc
import Synchronization

/// What the thread of a `Watch` does: waits for events or for the moment when something rests.
final class WatchLoop: Sendable {
    private struct State: ~Copyable {
        var tree: WatchTree
        var settling: Settling
    }

    private let stop: FileDescriptor
    private let state: Mutex<State>
    private let onChange: @Sendable (Set<String>) -> Void

    init(
        stop: Int32,
        tree: consuming sending WatchTree,
        settling: Settling,
        onChange: @escaping @Sendable (Set<String>) -> Void
    ) {
        self.stop = FileDescriptor(owning: stop, path: "pipe")
        state = Mutex(State(tree: tree, settling: settling))
        self.onChange = onChange
    }

    func run() {
        while wait() {
            let batch = state.withLock { state -> Set<String> in
                for (path, event) in state.tree.events() {
                    state.settling.happened(event, to: path, at: SystemTime.monotonicNanoseconds)
                }
                return state.settling.take(at: SystemTime.monotonicNanoseconds)
            }
            if !batch.isEmpty { onChange(batch) }
        }
    }

    /// Waits until there is something to look at; false when the watch was stopped.
    private func wait() -> Bool {
        let (events, timeout) = state.withLock { state in (state.tree.number, Self.timeout(state.settling)) }
        var waiting = [
            pollfd(fd: events, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop.number, events: Int16(POLLIN), revents: 0),
        ]
        // A failing poll (EINTR cannot come, ENOMEM can) is as good as a time-out: the loop looks and waits again.
        _ = unsafe poll(&waiting, 2, timeout)
        return waiting[1].revents == 0
    }

    /// Milliseconds until something may rest, rounded up; -1 for ever.
    private static func timeout(_ settling: Settling) -> Int32 {
        let now = SystemTime.monotonicNanoseconds
        guard let next = settling.next(after: now) else { return -1 }
        return next <= now ? 0 : Int32(clamping: (next - now + 999_999) / 1_000_000)
    }
}
