/// One part of a message, by its place in the text: RFC 2045 §2.
public struct MIMEPart: Sendable, Equatable {
    /// 0 for the message itself, one more for what it contains.
    public let depth: Int
    /// The index of the part that contains it; nil for the message itself.
    public let parent: Int?
    /// Its header fields and the empty line behind them, in bytes of the message.
    public internal(set) var header: Range<Int>
    /// What stands behind the header; of a multipart all its parts, its preamble and its epilogue.
    ///
    /// The line end in front of a boundary belongs to the boundary: RFC 2046 §5.1.1.
    public internal(set) var body: Range<Int>
    /// Its first Content-Type; nil where it has none, or one that can't be read.
    public internal(set) var type: MIMEField?

    /// From its first byte to behind its last.
    public var whole: Range<Int> { header.lowerBound..<body.upperBound }
}
