/// Texts side by side, to be lent as views all at once.
struct TextArena {
    private var bytes: [UInt8] = []

    /// Where a text lies; nil for one that is absent.
    mutating func add(_ text: String?) -> Range<Int>? {
        guard let text else { return nil }
        let start = bytes.count
        bytes += text.utf8
        return start..<bytes.count
    }

    /// Lends what makes views, good until the closure returns.
    func lend<R>(_ body: ((Range<Int>?) -> hk_str) -> R) -> R {
        // One byte more, so that an empty text has an address too.
        unsafe (bytes + [0]).withUnsafeBufferPointer { all in
            unsafe body { range in
                guard let range, let base = all.baseAddress else { return unsafe .absent }
                let start = unsafe UnsafeRawPointer(base + range.lowerBound).assumingMemoryBound(to: CChar.self)
                return unsafe hk_str(ptr: start, len: range.count)
            }
        }
    }
}
