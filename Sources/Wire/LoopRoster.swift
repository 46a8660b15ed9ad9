internal import NIOCore

/// The connections of one event loop, and their deadlines.
///
/// Deadlines sit side by side in one array, so that arming one is a store and looking for those that have passed is a
/// walk through adjacent memory; a timer for each connection would cost an allocation and a heap removal for each.
///
/// Sendable although unchecked, because everything but `index` and `loop` is touched on `loop` only.
final class LoopRoster: @unchecked Sendable {
    let index: Int
    let loop: any EventLoop
    private var connections: [Connection] = []
    private var deadlines: [UInt64] = []
    /// Those that go on while others are armed anew.
    private var limits: [UInt64] = []
    private var nextWalk = UInt64.max
    private var walk: Scheduled<Void>?
    /// What the next read goes into, unless somebody still has it.
    private var spare: ByteBuffer?
    /// What the next output is gathered in, unless a connection still has it.
    private var spareOutput: ByteBuffer?

    /// No two walks are closer together than this, in nanoseconds.
    private static let pause: UInt64 = 50_000_000
    private static let outputSize = 1024
    /// An output buffer that has grown beyond this isn't kept for the next reply.
    private static let keptOutput = 16 << 10
    private static let never = UInt64.max

    init(index: Int, loop: any EventLoop) {
        self.index = index
        self.loop = loop
    }

    /// The connection's slot, which ``remove(_:)`` may change.
    func add(_ connection: Connection) -> Int {
        connections.append(connection)
        deadlines.append(Self.never)
        limits.append(Self.never)
        return connections.count - 1
    }

    /// Gives the slot to the last connection.
    func remove(_ slot: Int) {
        let last = connections.count - 1
        connections.swapAt(slot, last)
        deadlines.swapAt(slot, last)
        limits.swapAt(slot, last)
        connections[slot].slot = slot
        connections.removeLast()
        deadlines.removeLast()
        limits.removeLast()
    }

    func arm(_ slot: Int, _ deadline: Duration) { arm(&deadlines[slot], deadline) }

    func disarm(_ slot: Int) { deadlines[slot] = Self.never }

    func armLimit(_ slot: Int, _ deadline: Duration) { arm(&limits[slot], deadline) }

    func disarmLimit(_ slot: Int) { limits[slot] = Self.never }

    private func arm(_ place: inout UInt64, _ deadline: Duration) {
        let (seconds, attoseconds) = deadline.components
        let wait = UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000)
        place = NIODeadline.now().uptimeNanoseconds &+ wait
        if place < nextWalk { schedule(place) }
    }

    func wakeAll(_ token: UInt64) {
        for connection in connections { connection.conductor?.woken([token]) }
    }

    /// Room for one read: the loop's connections share it, so that an idle one holds none.
    func takeReadBuffer(_ allocator: ByteBufferAllocator) -> ByteBuffer {
        guard let buffer = spare else { return allocator.buffer(capacity: ReadBuffers.size) }
        spare = nil
        return buffer
    }

    func giveBack(_ buffer: consuming ByteBuffer) {
        // Not clear(), which makes new storage as long as NIO has a reference too.
        buffer.moveReaderIndex(to: 0)
        buffer.moveWriterIndex(to: 0)
        spare = buffer
    }

    /// Room for output: a connection keeps it only while the peer doesn't take it.
    func takeOutput(_ allocator: ByteBufferAllocator) -> ByteBuffer {
        guard let buffer = spareOutput else { return allocator.buffer(capacity: Self.outputSize) }
        spareOutput = nil
        return buffer
    }

    func giveBackOutput(_ buffer: consuming ByteBuffer) {
        guard buffer.capacity <= Self.keptOutput else { return }
        buffer.moveReaderIndex(to: 0)
        buffer.moveWriterIndex(to: 0)
        spareOutput = buffer
    }

    private func schedule(_ when: UInt64) {
        walk?.cancel()
        nextWalk = when
        walk = loop.scheduleTask(deadline: .uptimeNanoseconds(when)) { self.walkDeadlines() }
    }

    private func walkDeadlines() {
        let now = NIODeadline.now().uptimeNanoseconds
        walk = nil
        nextWalk = Self.never
        // A driver may close connections, which moves others to new slots.
        let passed = deadlines.indices.filter { min(deadlines[$0], limits[$0]) <= now }.map { connections[$0] }
        for connection in passed {
            if connection.isListed, limits[connection.slot] <= now {
                limits[connection.slot] = Self.never
                connection.limitPassed()
            }
            if connection.isListed, deadlines[connection.slot] <= now {
                deadlines[connection.slot] = Self.never
                connection.deadlinePassed()
            }
        }
        let next = min(deadlines.min() ?? Self.never, limits.min() ?? Self.never)
        guard next != Self.never else { return }
        let soonest = max(next, now + Self.pause)
        if soonest < nextWalk { schedule(soonest) }
    }
}
