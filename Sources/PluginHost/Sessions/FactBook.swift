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
    private let buffers: UnsafeMutablePointer<Buffer>
    private var transactionRooms: UnsafeMutablePointer<CChar>?
    private static var count: Int { TextField.response.rawValue + 1 }
    /// The fields up to here have a room: those that nearly every session sets.
    private static var roomed: Int { TextField.tls.rawValue + 1 }
    /// Those up to here get theirs with the first of them: what nearly every transaction sets.
    private static var roomedLater: Int { TextField.rcptOriginal.rawValue + 1 }
    /// What most texts of an SMTP session fit in.
    private static var room: Int { 32 }
    private static var buffersOffset: Int { unsafe (MemoryLayout<hk_args>.size + 15) & ~15 }
    private static var roomsOffset: Int { unsafe buffersOffset + count * MemoryLayout<Buffer>.stride }

    /// One allocation, and another for transactions, as long as no text is longer than its room.
    init() {
        let base = UnsafeMutableRawPointer.allocate(
            byteCount: Self.roomsOffset + Self.roomed * Self.room,
            alignment: 16
        )
        unsafe args = base.initializeMemory(as: hk_args.self, to: hk_args())
        unsafe args.pointee.struct_size = UInt32(MemoryLayout<hk_args>.size)
        let rooms = unsafe (base + Self.roomsOffset).bindMemory(to: CChar.self, capacity: Self.roomed * Self.room)
        unsafe buffers = (base + Self.buffersOffset).bindMemory(to: Buffer.self, capacity: Self.count)
        for index in 0..<Self.count {
            let buffer =
                index < Self.roomed
                ? unsafe Buffer(memory: rooms + index * Self.room, capacity: Int32(Self.room))
                : unsafe Buffer(memory: rooms, capacity: 0)
            unsafe (buffers + index).initialize(to: buffer)
        }
        Gauges.facts.add()
    }

    deinit {
        for index in 0..<Self.count where unsafe buffers[index].isOwn { unsafe buffers[index].memory.deallocate() }
        unsafe transactionRooms?.deallocate()
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
        let buffer = unsafe buffers[field.rawValue]
        unsafe explicit_bzero(buffer.memory, Int(buffer.capacity))
    }

    private func store(_ text: hk_str, _ field: TextField) {
        unsafe UnsafeMutableRawPointer(args).storeBytes(of: text, toByteOffset: field.offset, as: hk_str.self)
    }

    private func buffer(_ field: TextField, capacity: Int) -> UnsafeMutablePointer<CChar> {
        if (Self.roomed..<Self.roomedLater).contains(field.rawValue), unsafe transactionRooms == nil {
            makeTransactionRooms()
        }
        let present = unsafe buffers[field.rawValue]
        if unsafe present.capacity >= capacity { return unsafe present.memory }
        if unsafe present.isOwn { unsafe present.memory.deallocate() }
        // Room to grow into, so that a second transaction allocates nothing.
        let rounded = (capacity + 31) & ~31
        let buffer = unsafe Buffer(
            memory: .allocate(capacity: rounded),
            capacity: Int32(clamping: rounded),
            isOwn: true
        )
        unsafe buffers[field.rawValue] = buffer
        return unsafe buffer.memory
    }

    private func makeTransactionRooms() {
        let rooms = UnsafeMutablePointer<CChar>.allocate(capacity: (Self.roomedLater - Self.roomed) * Self.room)
        unsafe transactionRooms = rooms
        for index in Self.roomed..<Self.roomedLater {
            let memory = unsafe rooms + (index - Self.roomed) * Self.room
            unsafe buffers[index] = Buffer(memory: memory, capacity: Int32(Self.room))
        }
    }
}
