public import System

/// The whole message, for who keeps it.
extension MessageBuffer {
    /// Bytes of header and body, the host's own lines and every edit included.
    public var textCount: Int { unsafe withSegments { segments in unsafe segments.reduce(0) { $0 + $1.count } } }

    /// A copy of it.
    public var textBytes: [UInt8] {
        unsafe withSegments { segments in
            var bytes: [UInt8] = []
            unsafe bytes.reserveCapacity(segments.reduce(0) { $0 + $1.count })
            for index in unsafe segments.indices { unsafe bytes.append(contentsOf: segments[index]) }
            return bytes
        }
    }

    /// A copy of a part of it.
    public func textBytes(_ range: Range<Int>) -> [UInt8] {
        unsafe withSegments { segments in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(range.count)
            var start = 0
            for index in unsafe segments.indices {
                let end = unsafe start + segments[index].count
                let part = range.clamped(to: start..<end)
                if !part.isEmpty {
                    unsafe bytes.append(contentsOf: segments[index][part.lowerBound - start..<part.upperBound - start])
                }
                start = end
            }
            return bytes
        }
    }

    /// Writes it from the file's first byte on.
    public func write(to file: borrowing FileDescriptor) throws(SystemError) {
        let failure = unsafe withSegments { segments -> SystemError? in
            var offset = 0
            for index in unsafe segments.indices {
                do throws(SystemError) {
                    unsafe try file.writeAll(segments[index], at: offset)
                    unsafe offset += segments[index].count
                } catch { return error }
            }
            return nil
        }
        if let failure { throw failure }
    }
}
