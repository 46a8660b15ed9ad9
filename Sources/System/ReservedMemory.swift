import Glibc

/// A range of addresses that memory, or parts of a file, are put behind as they are needed.
///
/// What lies there never moves. A reservation costs nothing but addresses.
@safe public struct ReservedMemory: ~Copyable, @unchecked Sendable {
    // Invariant: `base` is set once; who reads and writes behind it is its owner's affair.

    /// The start, aligned to a page.
    public let base: UnsafeMutableRawPointer
    /// Bytes of the range, whole pages.
    public let capacity: Int

    /// The size of a page.
    public static let page = Int(getpagesize())

    /// Reserves at least so many bytes of addresses; ENOMEM where the process may not have them.
    public init(capacity wanted: Int) throws(SystemError) {
        capacity = (wanted + Self.page - 1) / Self.page * Self.page
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let address = unsafe mmap(nil, capacity, PROT_NONE, flags, -1, 0)
        guard let address = unsafe address, Int(bitPattern: address) != -1 else {
            throw SystemError.last("mmap")
        }
        unsafe base = address
    }

    deinit { unsafe munmap(base, capacity) }

    /// Makes whole pages writable; they hold zeros.
    public func commit(_ range: Range<Int>) throws(SystemError) {
        try SystemCall.retrying("mprotect") {
            unsafe mprotect(base + range.lowerBound, range.count, PROT_READ | PROT_WRITE)
        }
    }

    /// Puts the same range of a file, read-only, behind whole pages, and gives their memory back.
    ///
    /// Whoever reads there sees the old bytes or the file's, never anything else.
    public func show(_ file: borrowing FileDescriptor, at range: Range<Int>) throws(SystemError) {
        let address = unsafe mmap(
            base + range.lowerBound,
            range.count,
            PROT_READ,
            MAP_SHARED | MAP_FIXED,
            file.number,
            off_t(range.lowerBound)
        )
        guard Int(bitPattern: address) != -1 else { throw SystemError.last("mmap", file.path) }
    }
}
