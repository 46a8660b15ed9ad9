/// The boundaries of the multiparts that are open, outermost first, and what contains what.
struct MIMEBoundaries: Sendable, Equatable {
    struct Container: Sendable, Equatable {
        /// nil: a message within a message, which ends with what contains it.
        let boundary: [UInt8]?
        /// Its index among the parts that are kept.
        let part: Int?
        /// Its parts are messages unless they say otherwise: RFC 2046 §5.1.5.
        let isDigest: Bool
        /// Of the boundary's bytes.
        let sum: UInt64
    }

    /// What a line means that begins with two hyphens.
    struct Mark: Equatable {
        /// The index of the container whose boundary it is.
        let container: Int
        let isLast: Bool
    }

    /// More is not looked into.
    static let depthLimit = 100

    private(set) var containers: [Container] = []
    /// Whether there is any boundary to be looked for.
    private(set) var isWatching = false

    var depth: Int { containers.count }
    var isFull: Bool { containers.count >= Self.depthLimit }
    var innermost: Container? { containers.last }

    mutating func open(_ container: Container) {
        containers.append(container)
        if container.boundary != nil { isWatching = true }
    }

    /// Leaves so many open.
    mutating func close(to count: Int) {
        containers.removeSubrange(count...)
        isWatching = containers.contains { $0.boundary != nil }
    }

    /// The innermost container whose boundary a line is: RFC 2046 §5.1.1.
    ///
    /// The whole line must be it, but for blanks at its end, so that of two boundaries that begin alike the right one is
    /// found. An outer one closes all within it, whose own ends are missing then.
    func mark(_ line: Span<UInt8>) -> Mark? {
        guard isWatching else { return nil }
        var end = line.count
        while end > 2, line[end - 1].isBlank { end -= 1 }
        let whole = line.extracting(2..<end)
        let hyphen = UInt8(ascii: "-")
        let isMarked = whole.count > 2 && whole[whole.count - 1] == hyphen && whole[whole.count - 2] == hyphen
        let shorter = whole.extracting(..<(isMarked ? whole.count - 2 : 0))
        let (sum, shorterSum) = (Self.sum(whole), Self.sum(shorter))
        var index = containers.count - 1
        while index >= 0 {
            if containers[index].isOpen(by: whole, sum) { return Mark(container: index, isLast: false) }
            if isMarked, containers[index].isOpen(by: shorter, shorterSum) {
                return Mark(container: index, isLast: true)
            }
            index -= 1
        }
        return nil
    }

    /// FNV-1a: nearly all boundaries but the right one are told apart by it, however alike they are made.
    fileprivate static func sum(_ text: Span<UInt8>) -> UInt64 {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in text.indices { sum = (sum ^ UInt64(text[index])) &* 0x100_0000_01B3 }
        return sum
    }
}

extension MIMEBoundaries.Container {
    init(boundary: [UInt8]?, part: Int?, isDigest: Bool = false) {
        self.boundary = boundary
        self.part = part
        self.isDigest = isDigest
        sum = boundary.map { MIMEBoundaries.sum($0.span) } ?? 0
    }

    fileprivate func isOpen(by text: Span<UInt8>, _ sum: UInt64) -> Bool {
        guard let boundary, self.sum == sum, boundary.count == text.count else { return false }
        let span = boundary.span
        for index in span.indices where span[index] != text[index] { return false }
        return true
    }
}
