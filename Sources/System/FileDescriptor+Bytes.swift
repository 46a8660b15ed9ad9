import Glibc

extension FileDescriptor {
    /// Reads at most `count` bytes at the file's position; none at its end.
    public func read(upTo count: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SystemError) {
                filled = try unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads into the caller's memory and tells how many bytes came; 0 at the end of the file.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try SystemCall.retrying("read", path) { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads to the end.
    ///
    /// More than `limit` bytes fail with EFBIG, and no more than that is ever held.
    public func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        // One byte more than the size that is told, so that the end shows without growing; proc files tell 0.
        let expected = max(try facts().size, 4095)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(expected, limit) + 1)
        while true {
            let room = max(min(expected, limit) + 1 - bytes.count, 4096)
            let more = try read(upTo: min(room, limit + 1 - bytes.count))
            if more.isEmpty { return bytes }
            if bytes.isEmpty { bytes = more } else { bytes += more }
            if bytes.count > limit { throw SystemError(errno: EFBIG, call: "read", path: path) }
        }
    }

    /// Reads at most `count` bytes at an offset and leaves the file's position alone.
    public func read(upTo count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SystemError) {
                filled = try SystemCall.retrying("pread", path) {
                    unsafe pread(number, buffer.baseAddress, count, off_t(offset))
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all of it or throws; how much a failed call has written is not told.
    public func writeAll(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.extracting(droppingFirst: written)
            written += try unsafe rest.withUnsafeBufferPointer { rest throws(SystemError) in
                try SystemCall.retrying("write", path) { unsafe Glibc.write(number, rest.baseAddress, rest.count) }
            }
        }
    }

    public func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        try writeAll(bytes.span)
    }

    public func writeAll(_ text: String) throws(SystemError) {
        try writeAll(Array(text.utf8))
    }

    /// Returns when content and facts are on the disk.
    ///
    /// A failed one must not be repeated: the kernel then calls the lost pages clean and the second call succeeds.
    public func synchronize() throws(SystemError) {
        try SystemCall.retrying("fsync", path) { fsync(number) }
    }
}
