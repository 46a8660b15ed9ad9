/// A call about the message: `data`, `data_post`, `queue` and their like.
public typealias Message = Call<HookKind.Message>

extension Call where Kind == HookKind.Message {
    /// Bytes of the message as received; the server's own headers are not counted.
    public var size: UInt64 { unsafe args.pointee.size }

    /// What the queue plugin said, in `queue_ok`.
    public var queueText: String? { text(.queueText) }

    /// The whole message as segments without a copy: the header block with every edit and its empty line, then the body.
    ///
    /// Lines end in CRLF, dots are unstuffed. The buffers die with the closure.
    public func withSegments<R>(_ body: ([UnsafeRawBufferPointer]) throws -> R) throws -> R {
        var parts = unsafe [hk_str](repeating: .absent, count: 8)
        while true {
            var count: UInt32 = 0
            let status = unsafe host.tables.message?.pointee.view(
                host.tables.context,
                transaction,
                token,
                &parts,
                UInt32(parts.count),
                &count
            )
            try HostError.check(status, "message view")
            if unsafe count <= parts.count {
                return try unsafe body(parts.prefix(Int(count)).map { unsafe UnsafeRawBufferPointer($0) })
            }
            unsafe parts = unsafe [hk_str](repeating: .absent, count: Int(count))
        }
    }

    /// Lends each segment in order, see `withSegments`.
    public func forEachSegment(_ body: (RawSpan) throws -> Void) throws {
        try unsafe withSegments { segments in
            for index in unsafe segments.indices { try body(unsafe segments[index].bytes) }
        }
    }

    /// Copies a part of the message; fewer bytes than the buffer has room for only at its end.
    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(HostError) -> Int {
        var filled = 0
        while filled < buffer.count {
            var got = 0
            let status = unsafe host.tables.message?.pointee.read(
                host.tables.context,
                transaction,
                offset + UInt64(filled),
                buffer.baseAddress?.advanced(by: filled).assumingMemoryBound(to: CChar.self),
                buffer.count - filled,
                &got
            )
            try HostError.check(status, "message read")
            if got == 0 { break }
            filled += got
        }
        return filled
    }

    /// The whole message as one array, a copy.
    public func bytes() throws -> [UInt8] {
        try unsafe withSegments { unsafe $0.reduce(into: []) { unsafe $0.append(contentsOf: $1) } }
    }
}
