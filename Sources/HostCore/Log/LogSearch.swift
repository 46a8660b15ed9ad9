/// Finds the whole lives of the connections that an id, an address or an IP address is about.
///
/// Every line is seen twice: first ``learn(_:)`` finds the connections, then ``isWanted(_:)`` picks all their lines. So
/// memory holds ids only, however large the log is.
struct LogSearch {
    private let pattern: LogPattern
    private var ids: Set<String> = []
    /// Whether more connections match than are kept.
    private(set) var isTruncated = false

    private let limit: Int

    /// A connection's id takes about 100 bytes here.
    init(_ text: String, limit: Int = 100_000) {
        pattern = LogPattern(text)
        self.limit = limit
    }

    var connectionCount: Int { ids.count }

    mutating func learn(_ line: Span<UInt8>) {
        let id = LogLineID(line).connection
        guard let id, pattern.isIn(line) || pattern.isID(id) else { return }
        guard ids.count < limit || ids.contains(id) else {
            isTruncated = true
            return
        }
        ids.insert(id)
    }

    /// Whether the line belongs to a connection that was found, or matches by itself and belongs to none.
    func isWanted(_ line: Span<UInt8>) -> Bool {
        guard let id = LogLineID(line).connection else { return pattern.isIn(line) }
        return ids.contains(id)
    }

    /// Searches a log; whether anything was found.
    ///
    /// `read` is called twice, and shows all lines, oldest first, to the closure that it is given; `print` gets each line
    /// that is wanted, without its end.
    @discardableResult
    static func run<Failure: Error>(
        _ text: String,
        read: ((Span<UInt8>) -> Void) throws(Failure) -> Void,
        print: @escaping (Span<UInt8>) -> Void
    ) throws(Failure) -> Bool {
        var search = LogSearch(text)
        try read { search.learn($0) }
        var found = false
        try read { line in
            guard search.isWanted(line) else { return }
            found = true
            print(line)
        }
        return found
    }
}
