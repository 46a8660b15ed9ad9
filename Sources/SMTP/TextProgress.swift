/// How far the text of a message has come.
struct TextProgress: Equatable {
    /// Whether the next byte begins a line.
    var isAtLineStart = true
    /// Bytes of the line under way that were taken already.
    var line = 0
    /// Bytes of the message so far, dots taken out.
    var bytes: UInt64 = 0
    /// Whether a line was longer than ``Limits/textLine``.
    var hasLongLine = false

    /// Whether the message can't be accepted any more, so that nothing of it is stored.
    func isSpoilt(_ limits: Limits) -> Bool { hasLongLine || bytes > limits.messageBytes }
}
