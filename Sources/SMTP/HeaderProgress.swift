internal import Mail

/// How far the header of a message has come, so that its bounds can be kept.
struct HeaderProgress: Equatable {
    /// Whether the empty line behind it has come.
    private(set) var isOver = false
    private(set) var isTooBig = false
    private var lines = 0
    private var bytes = 0
    /// Whether the line under way has anything before its CRLF.
    private var hasContent = false
    private var isBehindReturn = false

    /// Reads on in bytes that are kept, until the header is over.
    mutating func read(_ text: Span<UInt8>, _ limits: Limits) {
        var at = 0
        while at < text.count {
            let stop = text.lineBreak(from: at)
            if stop > at {
                hasContent = true
                isBehindReturn = false
            }
            guard stop < text.count else { break }
            at = stop + 1
            if text[stop] == 0x0D, at < text.count, text[at] == 0x0A {
                at += 1
                hasContent = hasContent || isBehindReturn
            } else if text[stop] == 0x0D {
                hasContent = hasContent || isBehindReturn
                isBehindReturn = true
                continue
            } else if text[stop] != 0x0A || !isBehindReturn {
                hasContent = true
                isBehindReturn = false
                continue
            }
            isBehindReturn = false
            guard hasContent else {
                isOver = true
                break
            }
            lines += 1
            hasContent = false
        }
        bytes += isOver ? at : text.count
        isTooBig = lines > limits.headerLines || bytes > limits.headerBytes
    }
}
