/// The form that a message has behind DATA: RFC 5321 §4.5.2.
///
/// A line break that is no CRLF becomes one, for a server that takes it as one would see the end of the message elsewhere
/// than we do.
package struct Stuffing: Sendable {
    private var isAtLineStart = true
    private var holdsCR = false

    package init() {}

    /// The next part of the message; a CR at its end waits for the next one.
    package mutating func stuff(_ part: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(part.count + part.count / 64 + 2)
        for byte in part {
            if holdsCR || byte == 0x0a {
                text.append(0x0d)
                text.append(0x0a)
                isAtLineStart = true
                let isWholeBreak = holdsCR && byte == 0x0a
                holdsCR = false
                if isWholeBreak || byte == 0x0a { continue }
            }
            if byte == 0x0d {
                holdsCR = true
                continue
            }
            if isAtLineStart, byte == UInt8(ascii: ".") { text.append(byte) }
            isAtLineStart = false
            text.append(byte)
        }
        return text
    }

    /// The end of the message.
    package mutating func end() -> [UInt8] {
        let lineEnd: [UInt8] = isAtLineStart && !holdsCR ? [] : [0x0d, 0x0a]
        return lineEnd + [UInt8(ascii: "."), 0x0d, 0x0a]
    }
}
