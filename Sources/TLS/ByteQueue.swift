/// Bytes that wait for their taker; it owns its memory and holds none while it is empty.
@safe
struct ByteQueue: ~Copyable {
    // Invariant: 0 <= head <= tail <= capacity; `storage` has `capacity` bytes, initialized in head..<tail.
    private var storage: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    private var head = 0
    private var tail = 0

    init() {
        unsafe storage = nil
    }

    deinit {
        unsafe storage?.deallocate()
    }

    var count: Int { tail - head }
    var isEmpty: Bool { tail == head }

    /// Lets the body look at all of it.
    func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = unsafe storage.map { unsafe UnsafePointer($0 + head) }
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        return try body(unsafe bytes.span)
    }

    subscript(_ index: Int) -> UInt8 {
        guard index >= 0, index < count, let storage = unsafe storage else {
            preconditionFailure("There are not so many bytes in this queue.")
        }
        return unsafe storage[head + index]
    }

    mutating func append(_ bytes: Span<UInt8>) {
        guard bytes.count > 0 else { return }
        unsafe fill(bytes.count) { room in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                guard let source = bytes.baseAddress else { return 0 }
                unsafe room.baseAddress?.update(from: source, count: bytes.count)
                return bytes.count
            }
        }
    }

    /// Offers memory for at least `room` more bytes, which the body fills from its start; it tells how many.
    mutating func fill(_ room: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        reserve(room)
        guard let storage = unsafe storage else { return }
        let free = unsafe UnsafeMutableBufferPointer(start: storage + tail, count: capacity - tail)
        let filled = unsafe body(free)
        precondition(filled >= 0 && filled <= capacity - tail, "More was filled than there was room.")
        tail += filled
        if isEmpty { release() }
    }

    /// Forgets the first bytes.
    mutating func drop(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "There are not so many bytes in this queue.")
        head += count
        if isEmpty { release() }
    }

    mutating func reserve(_ room: Int) {
        guard capacity - tail < room else { return }
        // Doubled, so that appending byte by byte stays linear; the least is a reply's length.
        let wanted = max(count + room, count * 2, 256)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        if let old = unsafe storage {
            unsafe larger.update(from: old + head, count: count)
            unsafe old.deallocate()
        }
        (tail, head) = (count, 0)
        capacity = wanted
        unsafe storage = larger
    }

    private mutating func release() {
        unsafe storage?.deallocate()
        unsafe storage = nil
        (capacity, head, tail) = (0, 0, 0)
    }
}
