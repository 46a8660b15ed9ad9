internal import Synchronization

/// From tokens to what they stand for, from any thread.
///
/// A look-up goes by index to a seat, under the seat's own lock; whether the token is the holder's present one is for
/// the holder to compare, under its lock. Seats lie in chunks that are never moved or freed while the registry lives.
@safe final class TokenRegistry<Holder: AnyObject & Sendable>: @unchecked Sendable {
    // Invariant: `chunks[i]` is written once, under `growth`, before `published` says that it is there; a chunk's slots
    // are touched under their own locks only.
    private struct Slot: ~Copyable {
        let lock = Lock()
        var generation: UInt64 = 0
        var holder: Holder?
    }

    private struct Growth {
        var free: [Int] = []
        var taken = 0
    }

    private static var chunkSize: Int { 256 }
    private static var chunkLimit: Int { (1 << Int(Token.indexBits)) / chunkSize }

    private let chunks: UnsafeMutablePointer<UnsafeMutablePointer<Slot>>
    private let published = Atomic<Int>(0)
    private let growth = Guarded(Growth())

    init() { unsafe chunks = .allocate(capacity: Self.chunkLimit) }

    deinit {
        for index in 0..<published.load(ordering: .acquiring) {
            unsafe chunks[index].deinitialize(count: Self.chunkSize)
            unsafe chunks[index].deallocate()
        }
        unsafe chunks.deallocate()
    }

    /// How many seats are taken.
    var count: Int { growth.withLock { $0.taken } }

    /// A seat for a new holder; nil when two million are taken.
    func claim(_ holder: Holder) -> Seat? {
        let index: Int? = growth.withLock { growth in
            if growth.free.isEmpty && !grow(&growth) { return nil }
            growth.taken += 1
            return growth.free.removeLast()
        }
        guard let index else { return nil }
        let slot = unsafe slot(index)
        unsafe slot.pointee.lock.lock()
        defer { unsafe slot.pointee.lock.unlock() }
        unsafe slot.pointee.holder = holder
        return unsafe Seat(index: index, generation: slot.pointee.generation)
    }

    func vacate(_ seat: Seat) {
        let slot = unsafe slot(seat.index)
        unsafe slot.pointee.lock.lock()
        // Dropped behind the lock: its end may end more.
        let holder = unsafe slot.pointee.holder
        unsafe slot.pointee.holder = nil
        unsafe slot.pointee.generation = seat.generation
        unsafe slot.pointee.lock.unlock()
        growth.withLock { growth in
            growth.taken -= 1
            // A seat near the end of its count is never used again.
            if seat.generation < Token.generationLimit / 2 { growth.free.append(seat.index) }
        }
        withExtendedLifetime(holder) {}
    }

    func holder(of token: UInt64) -> Holder? {
        let index = Token.index(of: token)
        guard index / Self.chunkSize < published.load(ordering: .acquiring) else { return nil }
        let slot = unsafe slot(index)
        unsafe slot.pointee.lock.lock()
        defer { unsafe slot.pointee.lock.unlock() }
        return unsafe slot.pointee.holder
    }

    private func slot(_ index: Int) -> UnsafeMutablePointer<Slot> {
        unsafe chunks[index / Self.chunkSize] + index % Self.chunkSize
    }

    private func grow(_ growth: inout Growth) -> Bool {
        let chunk = published.load(ordering: .relaxed)
        guard chunk < Self.chunkLimit else { return false }
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: Self.chunkSize)
        for index in 0..<Self.chunkSize { unsafe (slots + index).initialize(to: Slot()) }
        unsafe (chunks + chunk).initialize(to: slots)
        published.store(chunk + 1, ordering: .releasing)
        growth.free.append(contentsOf: (chunk * Self.chunkSize..<(chunk + 1) * Self.chunkSize).reversed())
        return true
    }
}
