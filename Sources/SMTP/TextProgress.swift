internal import Mail

/// How far the text of a message has come.
struct TextProgress: Equatable {
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
    private var header = HeaderProgress()
    private var structure = MIMEReader()
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
        bytes += UInt64(text.count)
        if !structure.isOver, !hasManyParts, limits.mimeParts > 0 {
            structure.read(text)
            hasManyParts = structure.count > limits.mimeParts
        }
        guard !header.isOver else { return }
        header.read(text)
        hasBigHeader = header.lines > limits.headerLines || header.bytes > limits.headerBytes
    }
}
