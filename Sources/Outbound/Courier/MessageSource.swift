/// Where the bytes of a message come from, piece by piece: a spool file, or memory.
public protocol MessageSource: Sendable {
    /// Bytes in all.
    var count: UInt64 { get }

    /// Reads exactly these bytes and hands them over, once; nil when they can't be read.
    ///
    /// May answer at once or later, on any thread. It is called on an event loop, so that it must not block: who reads
    /// a file does that elsewhere.
    func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void)
}
