/// The boundaries of the multiparts that are open, outermost first, and what contains what.
struct MIMEBoundaries: Sendable, Equatable {
    struct Container: Sendable, Equatable {
        /// nil: a message within a message, which ends with what contains it.
        var boundary: [UInt8]?
        /// Its index among the parts that are kept.
        var part: Int?
        /// Its parts are messages unless they say otherwise: RFC 2046 §5.1.5.
        var isDigest = false
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
        var index = containers.count - 1
        while index >= 0 {
            if let boundary = containers[index].boundary, Self.holds(line, boundary) {
                let rest = line.extracting((2 + boundary.count)...)
                if Self.isBlank(rest) { return Mark(container: index, isLast: false) }
                if rest.count >= 2, rest[0] == Self.hyphen, rest[1] == Self.hyphen, Self.isBlank(rest.extracting(2...))
                {
                    return Mark(container: index, isLast: true)
                }
            }
            index -= 1
        }
        return nil
    }

    private static var hyphen: UInt8 { UInt8(ascii: "-") }

    private static func holds(_ line: Span<UInt8>, _ boundary: [UInt8]) -> Bool {
        guard line.count >= boundary.count + 2 else { return false }
        let span = boundary.span
        for index in 0..<span.count where line[index + 2] != span[index] { return false }
        return true
    }

    private static func isBlank(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where !text[index].isBlank { return false }
        return true
    }
}
