internal import Mail

/// One BDAT command: RFC 3030 §2.
struct Chunk: Equatable {
    /// Bytes that the client announced.
    let size: UInt64
    let isLast: Bool
    /// Bytes of it that haven't come yet.
    var left: UInt64

    /// Reads `chunk-size [SP end-marker]`; nil for anything else.
    init?(_ line: Span<UInt8>, from start: Int) {
        var at = start
        var size: UInt64 = 0
        while at < line.count, line[at].isDigit {
            let (tens, overflow) = size.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(line[at] - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            size = sum
            at += 1
        }
        guard at > start else { return nil }
        let digits = at
        while at < line.count, line[at] == UInt8(ascii: " ") { at += 1 }
        let hasMore = at < line.count
        if hasMore {
            guard at > digits, line.holds("LAST", at: at..<line.count) else { return nil }
        }
        self.size = size
        isLast = hasMore
        left = size
    }
}
