internal import Glibc
internal import PluginABI

/// One `hk_args` and the texts that it points at, at places that never move while the book lives.
///
/// A plugin that keeps its arguments beyond its call keeps the book; the session goes on with a copy.
@safe final class FactBook: @unchecked Sendable {
    // Invariant: written by the session's loop only, under the session's lock where another thread may look, and never
    // while a call that was given it is still out; then the session writes to a copy.
    @unsafe private struct Buffer {
        var memory: UnsafeMutablePointer<CChar>
        var capacity: Int32
        /// Whether it is an allocation of its own.
        var isOwn = false
    }

    let args: UnsafeMutablePointer<hk_args>
    /// Of the fields that nearly every session sets.
    private let buffers: UnsafeMutablePointer<Buffer>
    /// Of the others, from the first one on that is set.
    private var laterBuffers: UnsafeMutablePointer<Buffer>?

    private static var count: Int { TextField.response.rawValue + 1 }
    /// The fields below this are a session's.
    private static var early: Int { TextField.tls.rawValue + 1 }
    /// The fields below this have rooms: those that nearly every session or transaction sets.
    private static var roomed: Int { TextField.rcptOriginal.rawValue + 1 }
    /// What most texts of an SMTP session fit in.
    private static var room: Int { 32 }
    private static var buffersOffset: Int { unsafe (MemoryLayout<hk_args>.size + 15) & ~15 }

    /// One allocation, and another with the first fact of a transaction, as long as no text is longer than its room.
    init() {
        let size = unsafe Self.early * (MemoryLayout<Buffer>.stride + Self.room)
        let base = UnsafeMutableRawPointer.allocate(byteCount: Self.buffersOffset + size, alignment: 16)
        unsafe args = base.initializeMemory(as: hk_args.self, to: hk_args())
        unsafe args.pointee.struct_size = UInt32(MemoryLayout<hk_args>.size)
        unsafe buffers = Self.makeBuffers(at: base + Self.buffersOffset, count: Self.early, roomed: Self.early)
        Gauges.facts.add()
    }

    /// Buffers, and behind them the rooms of the first ones.
    private static func makeBuffers(
        at base: UnsafeMutableRawPointer,
        count: Int,
        roomed: Int
    ) -> UnsafeMutablePointer<Buffer> {
        let buffers = unsafe base.bindMemory(to: Buffer.self, capacity: count)
        let rooms = unsafe (base + count * MemoryLayout<Buffer>.stride)
            .bindMemory(to: CChar.self, capacity: roomed * room)
        for index in 0..<count {
            let buffer =
                index < roomed
                ? unsafe Buffer(memory: rooms + index * room, capacity: Int32(room))
                : unsafe Buffer(memory: rooms, capacity: 0)
            unsafe (buffers + index).initialize(to: buffer)
        }
        return unsafe buffers
    }

    /// The buffer of a field.
    private func slot(_ field: TextField) -> UnsafeMutablePointer<Buffer> {
        guard field.rawValue >= Self.early else { return unsafe buffers + field.rawValue }
        if let laterBuffers = unsafe laterBuffers { return unsafe laterBuffers + (field.rawValue - Self.early) }
        let (count, roomed) = (Self.count - Self.early, Self.roomed - Self.early)
        let size = unsafe count * MemoryLayout<Buffer>.stride + roomed * Self.room
        let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        let made = unsafe Self.makeBuffers(at: base, count: count, roomed: roomed)
        unsafe laterBuffers = made
        return unsafe made + (field.rawValue - Self.early)
    }

    deinit {
        for index in 0..<Self.early where unsafe buffers[index].isOwn { unsafe buffers[index].memory.deallocate() }
        if let later = unsafe laterBuffers {
            wipe(.authSecret)
            wipe(.authToken)
            for index in 0..<Self.count - Self.early where unsafe later[index].isOwn {
                unsafe later[index].memory.deallocate()
            }
            unsafe later.deallocate()
        }
        unsafe args.deallocate()
        Gauges.facts.remove()
    }

    func copy() -> FactBook {
        let copy = FactBook()
        unsafe copy.args.pointee = args.pointee
        for field in TextField.allCases {
            let text = unsafe self[field]
            if unsafe text.ptr != nil {
                unsafe copy.set(field, bytes: UnsafeRawBufferPointer(start: text.ptr, count: text.len))
            }
        }
        return copy
    }

    subscript(_ field: TextField) -> hk_str {
        unsafe UnsafeRawPointer(args).load(fromByteOffset: field.offset, as: hk_str.self)
    }

    /// The text of a field; nil when it is absent.
    func text(_ field: TextField) -> String? {
        let text = unsafe self[field]
        guard let start = unsafe text.ptr else { return nil }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: text.len), as: UTF8.self)
    }

    func set(_ field: TextField, _ text: String?) {
        guard var text else { return clear(field) }
        text.withUTF8 { unsafe set(field, bytes: UnsafeRawBufferPointer($0)) }
    }

    func set(_ field: TextField, bytes: UnsafeRawBufferPointer) {
        let buffer = unsafe buffer(field, capacity: bytes.count)
        if let source = bytes.baseAddress { unsafe memcpy(buffer, source, bytes.count) }
        unsafe store(hk_str(ptr: buffer, len: bytes.count), field)
    }

    func clear(_ field: TextField) { unsafe store(hk_str(), field) }

    /// Clears a text that nobody is to find in memory later.
    func wipe(_ field: TextField) {
        clear(field)
        let buffer = unsafe slot(field).pointee
        unsafe explicit_bzero(buffer.memory, Int(buffer.capacity))
    }

    private func store(_ text: hk_str, _ field: TextField) {
        unsafe UnsafeMutableRawPointer(args).storeBytes(of: text, toByteOffset: field.offset, as: hk_str.self)
    }

    private func buffer(_ field: TextField, capacity: Int) -> UnsafeMutablePointer<CChar> {
        let slot = unsafe slot(field)
        let present = unsafe slot.pointee
        if unsafe present.capacity >= capacity { return unsafe present.memory }
        if unsafe present.isOwn { unsafe present.memory.deallocate() }
        // Room to grow into, so that a second transaction allocates nothing.
        let rounded = (capacity + 31) & ~31
        let buffer = unsafe Buffer(
            memory: .allocate(capacity: rounded),
            capacity: Int32(clamping: rounded),
            isOwn: true
        )
        unsafe slot.pointee = buffer
        return unsafe buffer.memory
    }
}
