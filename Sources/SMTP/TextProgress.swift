internal import Mail

/// How far the text of a message has come.
struct TextProgress {
    private final class Structure {
        var reader = MIMEReader()
    }

    /// Whether the next byte begins a line.
    var isAtLineStart = true
    /// Whether a line was longer than ``Limits/textLine``.
    var hasLongLine = false
    /// Whether the header had more lines or bytes than it may.
    private var hasBigHeader = false
    /// Bytes of the line under way that were taken already.
    var line = 0
    /// Bytes of the message so far, dots taken out.
    var bytes: UInt64 = 0
    /// Whether a byte of the message was beyond ASCII.
    private(set) var is8Bit = false
    private var header = HeaderProgress()
    /// From the message's first byte to the last that matters to it; apart, for most connections have no message.
    private var structure: Structure?
    /// Whether the message had more parts than it may.
    private var hasManyParts = false
    /// Whether the last byte of a chunk was a CR, whose LF must follow in the next.
    var endsInReturn = false
    /// Chunks so far that were hardly worth a command.
    var tinyChunks = 0

    /// Whether the message can't be accepted any more, so that nothing of it is stored.
    func isSpoilt(_ limits: Limits) -> Bool {
        hasLongLine || hasBigHeader || hasManyParts || bytes > limits.messageBytes
    }

    /// Why it can't be accepted, its size apart.
    func fault(_ limits: Limits) -> Reply? {
        if hasLongLine { return .lineTooLong(limits) }
        if hasBigHeader { return .headerTooBig }
        return hasManyParts ? .tooManyParts : nil
    }

    /// Counts bytes that belong to the message.
    mutating func add(_ text: Span<UInt8>, _ limits: Limits) {
        if bytes == 0, limits.mimeParts > 0 { structure = Structure() }
        bytes += UInt64(text.count)
        if !is8Bit { is8Bit = Self.isBeyondASCII(text) }
        if let structure {
            structure.reader.read(text)
            hasManyParts = structure.reader.count > limits.mimeParts
            if hasManyParts || structure.reader.isOver { self.structure = nil }
        }
        guard !header.isOver else { return }
        header.read(text)
        hasBigHeader = header.lines > limits.headerLines || header.bytes > limits.headerBytes
    }

    /// A loop without a way out, which the compiler makes one of vectors.
    private static func isBeyondASCII(_ text: Span<UInt8>) -> Bool {
        var union: UInt8 = 0
        for index in 0..<text.count { union |= text[index] }
        return union >= 0x80
    }
}
